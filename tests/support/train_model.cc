// Trains a SentencePiece model on generated sentences.
#include "train_model.h"

#include <cstdio>
#include <fstream>
#include <sentencepiece_trainer.h>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

// Sentences of made-up words, always the same.
class sentences : public sentencepiece::SentenceIterator {
  public:
    sentences() {
        const char *syllables[] = {"ka", "lo", "mi", "tu", "re", "son", "vel", "ar"};
        unsigned state = 1;
        for (int i = 0; i < 400; i++) {
            std::string line;
            for (int k = 0; k < 12; k++) {
                state = state * 1664525U + 1013904223U;
                line += syllables[state >> 29];
                line += state >> 16 & 1 ? " " : "";
            }
            lines_.push_back(line);
        }
    }
    bool done() const override {
        return at_ == lines_.size();
    }
    void Next() override {
        at_++;
    }
    const std::string &value() const override {
        return lines_[at_];
    }
    sentencepiece::util::Status status() const override {
        return {};
    }

  private:
    std::vector<std::string> lines_;
    size_t at_ = 0;
};

} // namespace

extern "C" bool train_model(const char *path, const char *arguments) try {
    sentences input;
    std::string model;
    std::unordered_map<std::string, std::string> settings = {{"minloglevel", "2"},
                                                             {"num_threads", "1"}};
    std::istringstream lines(arguments);
    for (std::string line; std::getline(lines, line);) {
        const size_t equals = line.find('=');
        settings[line.substr(0, equals)] = line.substr(equals + 1);
    }
    const auto status = sentencepiece::SentencePieceTrainer::Train(settings, &input, &model);
    if (!status.ok()) {
        std::fprintf(stderr, "%s\n", status.ToString().c_str());
        return false;
    }
    std::ofstream file(path, std::ios::binary);
    file.write(model.data(), std::streamsize(model.size()));
    return bool(file.flush());
} catch (...) {
    return false;
}
