/* A program that links the tokenizer library alone, and asks it for a file that is not
 * there. */
#include <mmspan/tokenizer.h>

#include <stdio.h>

int main(void) {
    mmspan_error error = {0};
    mmspan_tokenizer *tokenizer = NULL;
    mmspan_status status = mmspan_tokenizer_open("no/such/tokenizer", NULL, &tokenizer, &error);
    mmspan_tokenizer_destroy(tokenizer);
    if (status != MMSPAN_E_IO)
        fprintf(stderr, "expected an error of input: %s\n", error.message);
    return status != MMSPAN_E_IO;
}
