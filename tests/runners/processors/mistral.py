"""Prompts that mistral-common writes, with its own tokenizers where the package has them."""

import base64
import io
import math

import media
import soundfile
from mistral_common.protocol.instruct.chunk import AudioChunk, ImageChunk, TextChunk
from mistral_common.protocol.instruct.messages import UserMessage
from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.protocol.speech.request import SpeechRequest
from mistral_common.protocol.transcription.request import StreamingMode, TranscriptionRequest
from mistral_common.tokens.tokenizers.audio import (
    AudioConfig,
    AudioEncoder,
    AudioSpectrogramConfig,
    SpecialAudioIDs,
    TranscriptionFormat,
)
from mistral_common.tokens.tokenizers.base import TokenizerVersion
from mistral_common.tokens.tokenizers.instruct import InstructTokenizerV7
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer
from mistral_common.tokens.tokenizers.tekken import SpecialTokenInfo, Tekkenizer, TokenInfo
from prompts import LAYOUTS, Prompt

# Where Voxtral's tokens are; the rest of the first 100 are fillers.
VOXTRAL = {
    "<unk>": 0,
    "<s>": 1,
    "</s>": 2,
    "[INST]": 3,
    "[/INST]": 4,
    "[AVAILABLE_TOOLS]": 5,
    "[/AVAILABLE_TOOLS]": 6,
    "[TOOL_RESULTS]": 7,
    "[/TOOL_RESULTS]": 8,
    "[TOOL_CALLS]": 9,
    "<pad>": 11,
    "[PREFIX]": 14,
    "[MIDDLE]": 15,
    "[SUFFIX]": 16,
    "[SYSTEM_PROMPT]": 17,
    "[/SYSTEM_PROMPT]": 18,
    "[TOOL_CONTENT]": 19,
    "[AUDIO]": 24,
    "[BEGIN_AUDIO]": 25,
    "[TRANSCRIBE]": 34,
    "[STREAMING_PAD]": 39,
    # No source has the IDs of these two.
    "[NEXT_AUDIO_TEXT]": 98,
    "[REPEAT_AUDIO_TEXT]": 99,
}
IMAGE_TOKEN = 10
AUDIO_TOKEN = VOXTRAL["[AUDIO]"]
PAD_TOKEN = VOXTRAL["[STREAMING_PAD]"]
CLIPS = {"chunk_length_s": 30.0}
STREAM = {
    "transcription_format": TranscriptionFormat.STREAMING,
    "transcription_delay_ms": 480.0,
    "streaming_look_ahead_ms": 2.5,
    "streaming_look_back_ms": 52.5,
    "streaming_n_left_pad_tokens": 32,
}


def _voxtral(how):
    """A tokenizer of bytes with Voxtral's special tokens; its own is in no package."""
    names = {rank: name for name, rank in VOXTRAL.items()}
    special = [
        SpecialTokenInfo(rank=r, token_str=names.get(r, f"<filler{r}>"), is_control=True)
        for r in range(100)
    ]
    bytes_ = [
        TokenInfo(rank=i, token_bytes=base64.b64encode(bytes([i])).decode(), token_str=None)
        for i in range(256)
    ]
    spectrogram = AudioSpectrogramConfig(num_mel_bins=128, hop_length=160, window_size=400)
    audio = AudioConfig(16000, 12.5, spectrogram, **how)
    tekken = Tekkenizer(bytes_, special, r".+", 356, 100, TokenizerVersion.v7, audio_config=audio)
    ids = SpecialAudioIDs(
        audio=AUDIO_TOKEN,
        begin_audio=VOXTRAL["[BEGIN_AUDIO]"],
        streaming_pad=PAD_TOKEN,
        text_to_audio=VOXTRAL["[NEXT_AUDIO_TEXT]"],
        audio_to_text=VOXTRAL["[REPEAT_AUDIO_TEXT]"],
    )
    return InstructTokenizerV7(tekken, audio_encoder=AudioEncoder(audio, ids))


def _wav(index):
    file = io.BytesIO()
    soundfile.write(file, media.clip(index), media.RATE, format="WAV")
    return base64.b64encode(file.getvalue()).decode()


def _chunks(text, first):
    """The layout as chunks of a message."""
    rest, n = text, 0
    while rest:
        at = min((rest.find(m) for m in ("{i}", "{a}") if m in rest), default=len(rest))
        if rest[:at]:
            yield TextChunk(text=rest[:at])
        if at < len(rest):
            index = first + n
            yield (
                ImageChunk(image=media.image(index))
                if rest[at + 1] == "i"
                else AudioChunk(input_audio=_wav(index))
            )
            n += 1
        rest = rest[at + 3 :]


def _runs(ids, token):
    """Runs of a token as [start, length]."""
    runs = []
    for p, i in enumerate(ids):
        if i == token and runs and runs[-1][0] + runs[-1][1] == p:
            runs[-1][1] += 1
        elif i == token:
            runs.append([p, 1])
    return runs


def _prompt(config, name, ids, kind, token, rows):
    runs = [[start, n, kind] for start, n in _runs(ids, token)]
    if sum(r[1] for r in runs) != sum(rows):
        raise ValueError(f"{name}: {sum(r[1] for r in runs)} rows, {sum(rows)} in its media")
    return Prompt(config, f"mistral-common: {name}", ids, runs, {kind: rows})


def _write_images(config, tokenizer):
    for first, (name, text) in enumerate(LAYOUTS["image"].items()):
        message = UserMessage(content=list(_chunks(text, first)))
        done = tokenizer.encode_chat_completion(ChatCompletionRequest(messages=[message]))
        # A patch has 16 by 16 pixels, and nothing is merged.
        rows = [i.shape[1] // 16 * (i.shape[2] // 16) for i in done.images]
        yield _prompt(config, name, done.tokens, "image", IMAGE_TOKEN, rows)


def _write_clips(config, tokenizer):
    for first, (name, text) in enumerate(LAYOUTS["audio"].items()):
        chunks = list(_chunks(text, first))
        ids, _, audio = tokenizer.encode_user_content(chunks, is_last=True, system_prompt=None)
        rows = [
            len(tokenizer.audio_encoder(chunk).tokens) - 1
            for chunk in chunks
            if isinstance(chunk, AudioChunk)
        ]
        assert len(audio) == len(rows)
        yield _prompt(config, name, ids, "audio", AUDIO_TOKEN, rows)


def _write_streams(config, tokenizer):
    """Each stream begins with as many pads as it is late, and as many as the padding has."""
    for index, delay in enumerate((None, 160, 960)):
        steps = 32 + int(delay or STREAM["transcription_delay_ms"]) // 80
        for mode, audio in ((StreamingMode.OFFLINE, _wav(index)), (StreamingMode.ONLINE, "")):
            request = TranscriptionRequest(
                audio=audio, streaming=mode, target_streaming_delay_ms=delay
            )
            ids = tokenizer.encode_transcription(request).tokens
            name = f"a stream {mode} with a delay of {delay or 'as configured'}"
            yield _prompt(config, name, ids, "audio", PAD_TOKEN, [steps])


def _write_speech(config, tokenizer):
    for index, seconds in enumerate(media.SECONDS):
        request = SpeechRequest(input="Please describe each.", ref_audio=_wav(index))
        ids = tokenizer.encode_speech_request(request).tokens
        # 12.5 steps a second, and one for the end.
        rows = math.ceil(seconds * 12.5) + 1
        yield _prompt(config, f"a voice of {seconds} s", ids, "audio", AUDIO_TOKEN, [rows])


def write():
    """Yields all prompts."""
    yield from _write_images("pixtral", MistralTokenizer.v3(is_tekken=True, is_mm=True))
    yield from _write_images("pixtral-large", MistralTokenizer.v7(is_mm=True))
    yield from _write_clips("voxtral", _voxtral(CLIPS))
    yield from _write_streams("voxtral-realtime", _voxtral(STREAM))
    yield from _write_speech("voxtral-tts", _voxtral({}))
