"""The families whose processors transformers has, with the placeholders that templates write.

Left out: Granite-Speech and Fun-ASR-Nano, which need torchaudio (there is none for this torch);
Fuyu, Kosmos-2 and Kosmos-2.5, BLIP-2 and GLM-Image, which need more of a tokenizer than a
stand-in has; Higgs Audio 2, which needs a codec. Voxtral is in mistral.py.
"""

from families_audio import AUDIO
from families_llava import LLAVAS
from families_qwen import GEMMAS, QWENS
from families_tiles import OTHERS

ALL = [*QWENS, *GEMMAS, *LLAVAS, *OTHERS, *AUDIO]
