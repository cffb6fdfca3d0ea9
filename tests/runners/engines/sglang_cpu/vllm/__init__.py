"""What SGLang takes from vLLM where there is no GPU, so that its server starts on a CPU."""
