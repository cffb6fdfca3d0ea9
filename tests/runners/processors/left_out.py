"""Processors of transformers that have no case here, each with the reason.

A class that is neither in a case nor in this list fails the run: it is new, and may belong to a
model that has no config yet.
"""

from transformers.models.auto.processing_auto import PROCESSOR_MAPPING_NAMES

TOWERS = "text and media go to encoders of their own, or text is only a query: no placeholder"
CROSS = "speech reaches a decoder by cross attention, or there is no prompt at all: no placeholder"
OUT = "media come out, none go in"
PAGES = "words of a page and their boxes: an image has no placeholder"

LEFT_OUT = {
    TOWERS: """
        AlignProcessor AltCLIPProcessor BlipProcessor BridgeTowerProcessor BrosProcessor
        CLIPProcessor CLIPSegProcessor ChineseCLIPProcessor ClapProcessor ClvpProcessor
        EvollaProcessor FlavaProcessor GitProcessor GroundingDinoProcessor MgpstrProcessor
        Nemotron3DiarizationProcessor OmDetTurboProcessor OneFormerProcessor OwlViTProcessor
        Owlv2Processor PeAudioProcessor PeAudioVideoProcessor PeVideoProcessor Sam2Processor
        Sam2VideoProcessor Sam3Processor Sam3TrackerProcessor Sam3TrackerVideoProcessor
        Sam3VideoProcessor SamHQProcessor SamProcessor Siglip2Processor SiglipProcessor Tipsv2Processor
        TvpProcessor VideoPrismProcessor ViltProcessor VisionTextDualEncoderProcessor
    """,
    CROSS: """
        CanaryProcessor CohereAsrProcessor GraniteSpeech5Processor KyutaiSpeechToTextProcessor
        LasrProcessor MoonshineStreamingProcessor Nemotron3_5AsrProcessor
        NemotronAsrStreamingProcessor NougatProcessor OmniASRCTCProcessor PPFormulaNetProcessor
        ParakeetProcessor Pix2StructProcessor Pop2PianoProcessor SeamlessM4TProcessor
        Speech2TextProcessor SpeechT5Processor TrOCRProcessor Wav2Vec2BertProcessor
        Wav2Vec2Processor WhisperProcessor
    """,
    OUT: "BarkProcessor DiaProcessor MusicgenMelodyProcessor MusicgenProcessor",
    PAGES: """
        LayoutLMv2Processor LayoutLMv3Processor LayoutXLMProcessor MarkupLMProcessor UdopProcessor
    """,
    "mistral.py has its prompts, which mistral-common writes": """
        VoxtralProcessor VoxtralRealtimeProcessor
    """,
    "no source has its IDs, so there is no config": """
        IdeficsProcessor InstructBlipProcessor InstructBlipVideoProcessor
    """,
    "a patch is told from the marker before it by its place alone, so there is no config": """
        NeoMMEProcessor
    """,
}


def unknown(cases):
    """The classes that have neither a case nor a reason, and those that have both."""
    listed = {name for names in LEFT_OUT.values() for name in names.split()}
    return sorted(set(PROCESSOR_MAPPING_NAMES.values()) - listed - cases), sorted(listed & cases)
