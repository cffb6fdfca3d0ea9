"""The families whose processors transformers has, with the placeholders that templates write.

left_out.py says which are left out, and why. Voxtral is in mistral.py.
"""

from families_ahead import AHEAD
from families_audio import AUDIO
from families_llava import LLAVAS
from families_qwen import GEMMAS, QWENS
from families_tiles import OTHERS

ALL = [*QWENS, *GEMMAS, *LLAVAS, *OTHERS, *AHEAD, *AUDIO]
