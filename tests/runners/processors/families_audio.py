"""Families that write clips alone."""

from family import Family
from pieces import roles

AUDIO = [
    Family("qwen2-audio", "qwen2_audio", audio="<|audio_bos|><|AUDIO|><|audio_eos|>"),
    Family(
        "qwen3-asr",
        "qwen3_asr",
        audio="<|audio_start|><|audio_pad|><|audio_end|>",
        most=1,
        roles=roles(audio="<|audio_pad|>", audio_bos="<|audio_start|>", audio_eos="<|audio_end|>"),
    ),
    Family("audio-flamingo-3", "audioflamingo3", audio="<sound>", most=1),
    Family(
        "music-flamingo",
        "musicflamingo",
        audio="<sound>",
        most=1,
        components={"feature_extractor": "WhisperFeatureExtractor"},
    ),
    Family("glm-asr", "glmasr", audio="<|begin_of_audio|><|pad|><|end_of_audio|>", most=1),
    Family(
        "vibevoice-asr",
        "vibevoice_asr",
        audio="<|object_ref_start|><|box_start|><|object_ref_end|>",
        rate=24000,
    ),
    Family(
        "vibevoice", "vibevoice", audio="<|vision_start|><|vision_pad|><|vision_end|>", rate=24000
    ),
    Family("nemotron-3.5-transcribe", "nemo_speechlm", audio="<|audio|>", most=1),
    Family("omniasr-llm", "omniasr", audio="<extra_id_1>", most=1),
    Family(
        "moss-transcribe-diarize",
        "moss_transcribe_diarize",
        audio="<|audio_start|><|audio_pad|><|audio_end|>",
        more=("<|audio_start|>", "<|audio_end|>"),
        call={"return_tensors": "pt"},
    ),
    Family(
        "csm", "csm", audio="<|AUDIO|><|audio_eos|>", rate=24000, patches={"audio": "<|AUDIO|>"}
    ),
]
