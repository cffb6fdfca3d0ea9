# A new family: nothing is made up, and what contradicts itself is open.
mkdir m
cat >m/config.json <<'EOF'
{"model_type": "nova_vl", "mm_tokens_per_image": 256, "vocab_size": 99500,
 "vision_config": {"model_type": "nova_vit", "image_token_id": 98000}}
EOF
cat >m/processor_config.json <<'EOF'
{"image_seq_length": 1024}
EOF
cat >m/tokenizer_config.json <<'EOF'
{"added_tokens_decoder": {"98000": {"content": "<nova:pix>"}, "98001": {"content": "<nova:in>"},
  "98002": {"content": "<nova:out>"}, "98003": {"content": "<nova:film>"}},
 "extra_special_tokens": {"image_token": "<nova:pix>", "vision_bos_token": "<nova:in>",
  "vision_eos_token": "<nova:out>", "video_token": "<nova:film>", "audio_token": "<nova:hum>"}}
EOF
mmspan onboard m 2>&1 | grep -q 'without simdjson' && exit 77
mmspan onboard m >draft.yaml && cat draft.yaml && mmspan check draft.yaml && mmspan check draft.yaml --tokenizer m
