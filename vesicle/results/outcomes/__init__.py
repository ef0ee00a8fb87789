"""The clinic's own outcomes: curves over everybody treated, who was lost on the way, exports, and the public panel."""
