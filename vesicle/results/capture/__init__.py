"""Taking the photographs that are measured: which are asked for, what the camera sees now, and what is kept."""
