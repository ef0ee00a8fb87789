"""The parts of `vesicle run`: steps that prepare an installation, and the processes it keeps."""
