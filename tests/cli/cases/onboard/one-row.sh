# An unknown model with one row for each image and no delimiters, and a part that speaks.
mkdir m
cat >m/config.json <<'EOF'
{"model_type": "nova_omni", "image_token_id": 99000, "eoc_token_id": 99002,
 "eos_token_id": [99003, 99004], "vision_token_id": 99005,
 "audio_config": {"audio_token_id": 99010, "boa_token_id": 99011, "eoa_token_id": 99012},
 "talker_config": {"audio_token_id": 4, "codec_bos_token_id": 5}, "vocab_size": 99500}
EOF
cat >m/preprocessor_config.json <<'EOF'
{"image_processor": {"image_seq_length": 1}, "audio_seq_length": 750}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
