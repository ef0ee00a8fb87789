"""What a picture's file says of the camera that took it: read once, for the record and for the check alike.

Plain Python above Pillow: whoever keeps a photograph need not load what measures it. Serial numbers, owner, place and
the maker's own notes are never read.
"""

from vesicle.camera.facts import Camera, camera_of, tags_of

__all__ = ["Camera", "camera_of", "tags_of"]
