/*
 * mmspan/mmspan.h: everything.
 *
 *   base.h      version, status codes, errors, allocator, the conventions
 *   spec.h      tokens and modalities of a model, added one by one
 *   matcher.h   compile a spec; names
 *   scan.h      items, runs and findings of a token array
 *   ops.h       assign, collapse, expand, splice: the operations of a runner
 *   stream.h    a prompt that arrives in chunks
 *   batch.h     many prompts at once
 *   adapters.h  results in the shapes of SGLang, vLLM, TensorRT-LLM, llama.cpp
 *   config.h    the same spec from a YAML file or from the built-in configs
 *   detect.h    which built-in configs fit a sample of token IDs
 *   automaton.h the compiled automaton; unstable
 *
 * config.h and detect.h need libyaml; a program that builds its own spec includes the others
 * and links without it.
 */
#ifndef MMSPAN_MMSPAN_H
#define MMSPAN_MMSPAN_H

#include "adapters.h"
#include "automaton.h"
#include "base.h"
#include "batch.h"
#include "config.h"
#include "detect.h"
#include "matcher.h"
#include "ops.h"
#include "scan.h"
#include "spec.h"
#include "stream.h"

#endif
