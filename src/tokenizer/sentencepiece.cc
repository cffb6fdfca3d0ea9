// Encodes text with the SentencePiece library; no exception leaves this file.
#include "model.h"

#include <cstdio>
#include <memory>
#include <mutex>
#include <new>
#include <sentencepiece_processor.h>
#include <vector>

// The library exports these, but no header of it names them; a build without them is only
// noisier.
namespace sentencepiece::logging {
__attribute__((weak)) int GetMinLogLevel();
__attribute__((weak)) void SetMinLogLevel(int level);
} // namespace sentencepiece::logging

namespace {

// Up to 0.1.96 the library remarks on stderr that a model has no character map.
// The level is the process's, so that loads take turns in setting it.
class silence {
    static constexpr int errors_only = 2;
    static inline std::mutex turn;
    const std::lock_guard<std::mutex> mine{turn};
    int before = 0;

  public:
    silence() {
        if (sentencepiece::logging::GetMinLogLevel && sentencepiece::logging::SetMinLogLevel) {
            before = sentencepiece::logging::GetMinLogLevel();
            sentencepiece::logging::SetMinLogLevel(errors_only);
        }
    }
    ~silence() {
        if (sentencepiece::logging::SetMinLogLevel)
            sentencepiece::logging::SetMinLogLevel(before);
    }
    silence(const silence &) = delete;
    silence &operator=(const silence &) = delete;
};

} // namespace

struct mt_encoder {
    sentencepiece::SentencePieceProcessor processor;
};

static_assert(sizeof(int) == sizeof(int32_t), "SentencePiece's IDs are ints");

extern "C" mt_model_status mt_encoder_open(const char *data, size_t n, mt_encoder **encoder,
                                           char reason[MT_MODEL_REASON]) try {
    auto opened = std::make_unique<mt_encoder>();
    const silence quiet;
    const auto status = opened->processor.LoadFromSerializedProto({data, n});
    if (!status.ok()) {
        std::snprintf(reason, MT_MODEL_REASON, "SentencePiece refuses the model: %s",
                      status.error_message());
        return MT_MODEL_CORRUPT;
    }
    *encoder = opened.release();
    return MT_MODEL_OK;
} catch (const std::bad_alloc &) {
    return MT_MODEL_MEMORY;
} catch (...) {
    std::snprintf(reason, MT_MODEL_REASON, "SentencePiece cannot read the model");
    return MT_MODEL_CORRUPT;
}

extern "C" void mt_encoder_close(mt_encoder *encoder) {
    delete encoder;
}

extern "C" mt_model_status mt_encode(const mt_encoder *encoder, const char *text, size_t n,
                                     bool (*add)(void *, const int32_t *, size_t),
                                     void *context) try {
    std::vector<int> ids;
    if (!encoder->processor.Encode({text, n}, &ids).ok())
        return MT_MODEL_CORRUPT;
    return add(context, ids.data(), ids.size()) ? MT_MODEL_OK : MT_MODEL_STOPPED;
} catch (const std::bad_alloc &) {
    return MT_MODEL_MEMORY;
} catch (...) {
    return MT_MODEL_CORRUPT;
}
