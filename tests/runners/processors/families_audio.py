"""Families that write clips alone."""

import transformers
from family import Family
from pieces import roles

# Codecs with weights of no meaning: how many steps a clip has depends on the strides alone.
# An engine may come with a transformers that lacks some of them.


def pocket_codec():
    small = {
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_filters": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "num_hidden_layers": 1,
        "upsample_groups": 32,
    }
    config = transformers.PocketTTSAudioTokenizerConfig(**small)
    return transformers.PocketTTSAudioTokenizerModel(config).eval()


def higgs_codec():
    acoustic = {
        "encoder_hidden_size": 8,
        "decoder_hidden_size": 16,
        "hidden_size": 32,
        "downsampling_ratios": [8, 5, 4, 2, 3],
        "upsampling_ratios": [8, 5, 4, 2, 3],
    }
    semantic = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_attention_heads": 2,
        "num_hidden_layers": 1,
        "conv_dim": [16] * 7,
        "num_conv_pos_embeddings": 16,
        "num_conv_pos_embedding_groups": 4,
    }
    config = transformers.HiggsAudioV2TokenizerConfig(
        acoustic_model_config=acoustic,
        semantic_model_config=semantic,
        target_bandwidths=[0.5, 1, 1.5, 2],
        codebook_dim=8,
    )
    return transformers.HiggsAudioV2TokenizerModel(config).eval()


POCKETS = [
    (
        "pocket-tts",
        "pocket_tts",
        "<stand-in-voice_bos>",
        "<stand-in-voice>",
        "<stand-in-latent>",
        "<stand-in-speech_bos>",
        {"audio_prompt_bos": "<stand-in-voice_bos>"},
    ),
    (
        "phonon-tts",
        "gradium_phonon_tts",
        "",
        "<|audio_prompt|>",
        "<|audio_latent|>",
        "<|audio_bos|>",
        {},
    ),
]
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
    Family("granite-speech", "granite_speech", audio="<|audio|>"),
    Family("granite-speech", "granite_speech_plus", audio="<|audio|>"),
    Family("fun-asr-nano", "fun_asr_nano", audio="<|object_ref_start|>", most=1),
    Family(
        "higgs-audio-2",
        "higgs_audio_v2",
        audio="<|audio_out_bos|><|AUDIO_OUT|><|audio_eos|>",
        rate=24000,
        patches={"audio": ("<|AUDIO_OUT|>", "<|reserved_special_token_6|>")},
        more=("<|audio_eos|>",),
        components={"feature_extractor": "DacFeatureExtractor", "audio_tokenizer": higgs_codec},
        options={"feature_extractor": {"sampling_rate": 24000, "hop_length": 960}},
        call={"return_tensors": "pt"},
    ),
    *[
        Family(
            config,
            model_type,
            audio=bos + voice,
            after=speech_bos,
            rate=24000,
            roles=roles(audio_prompt=voice, audio_latent=latent, audio_bos=speech_bos, **more),
            components={"audio_tokenizer": pocket_codec},
            call={"return_tensors": "pt"},
        )
        for config, model_type, bos, voice, latent, speech_bos, more in POCKETS
    ],
]
