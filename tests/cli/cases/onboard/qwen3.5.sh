# All IDs are named, and audio tokens that the model does not use: the family is kept whole.
mkdir m
cat >m/config.json <<'EOF'
{"architectures": ["Qwen3_5ForConditionalGeneration"], "image_token_id": 248056,
 "model_type": "qwen3_5", "text_config": {"eos_token_id": 248044,
 "model_type": "qwen3_5_text", "vocab_size": 248320}, "tie_word_embeddings": false,
 "video_token_id": 248057, "vision_config": {"model_type": "qwen3_5", "patch_size": 16},
 "vision_end_token_id": 248054, "vision_start_token_id": 248053}
EOF
cat >m/preprocessor_config.json <<'EOF'
{"patch_size": 16, "temporal_patch_size": 2, "merge_size": 2}
EOF
cat >m/tokenizer_config.json <<'EOF'
{"added_tokens_decoder": {
  "248045": {"content": "<|im_start|>"}, "248053": {"content": "<|vision_start|>"},
  "248054": {"content": "<|vision_end|>"}, "248055": {"content": "<|vision_pad|>"},
  "248056": {"content": "<|image_pad|>"}, "248057": {"content": "<|video_pad|>"},
  "248070": {"content": "<|audio_start|>"}, "248071": {"content": "<|audio_end|>"},
  "248076": {"content": "<|audio_pad|>"}},
 "audio_bos_token": "<|audio_start|>", "audio_eos_token": "<|audio_end|>",
 "audio_token": "<|audio_pad|>", "image_token": "<|image_pad|>", "pad_token": "<|endoftext|>",
 "video_token": "<|video_pad|>", "vision_bos_token": "<|vision_start|>",
 "vision_eos_token": "<|vision_end|>"}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
