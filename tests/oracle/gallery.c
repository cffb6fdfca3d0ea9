/* The gallery's configs. */
#include "gallery.h"

const char gallery_gemma4[] = "token boi 1; token eoi 2; token img 3; token vid 4\n"
                              "token boa 5; token eoa 6; token aud 7; vocab 100\n"
                              "modality image; begin boi; patch img; end eoi; bare img\n"
                              "rows min 1 max 8\n"
                              "modality video; begin boi; patch vid; end eoi; bare vid\n"
                              "rows min 1 max 8; multi\n"
                              "modality audio; begin boa; patch aud; end eoa; bare aud\n";

const char gallery_gemma3[] = "token boi 1; token eoi 2; token soft 3\n"
                              "modality image; pattern boi soft* eoi; bare boi; embed soft\n"
                              "rows 2 4\n";

const char gallery_kimi[] = "token pad 1\n"
                            "modality image; patch pad\n";

const char gallery_qwen[] = "token vs 1; token ve 2; token pad 3; token vpad 4\n"
                            "modality image; begin vs; patch pad; end ve; rows multiple 2\n"
                            "modality video; begin vs; patch vpad; end ve\n";

const char gallery_pixtral[] = "token img 1; token brk 2; token end 3\n"
                               "modality image; pattern (img+ brk)* img+ end; embed img\n"
                               "rows equal; placeholder img end\n";

const char gallery_llama4[] =
    "token boi 1; token eoi 2; token image 3; token patch 4; token tx 5; token ty 6\n"
    "modality image; pattern boi (patch+ (tx patch+)* ty)* image patch+ eoi\n"
    "embed patch; bare image; rows multiple 2\n";

const char gallery_glm_video[] =
    "token bov 1; token eov 2; token boi 3; token eoi 4; token pad 5\n"
    "modality image; begin boi; patch pad; end eoi\n"
    "modality video; pattern bov (boi pad+ eoi text{0,3})+ boi pad+ eoi eov; embed pad\n";

const char gallery_qwen_omni[] =
    "token vs 1; token ve 2; token as 3; token ae 4; token vid 5; token aud 6\n"
    "modality audio; begin as; patch aud; end ae\n"
    "modality video; pattern vs as [vid aud]+ ae ve; embed vid; embed audio: aud\n";

const char gallery_idefics2[] = "token fake 1; token img 2\n"
                                "modality image; pattern fake (img+ fake)+; embed img\n"
                                "each_run; rows 3\n";

const char gallery_llava[] = "token pad -200\n"
                             "modality image; patch pad; rows 4; adjacent split\n";

const char gallery_phi3[] = "token pad range -4 -1\n"
                            "modality image; patch pad; adjacent by_id; rows min 2 max 3\n";

const char gallery_sequences[] =
    "token open ids 1 2 3; token close ids 3 1; token pad any 4 5; token nl 6 ordinary\n"
    "modality image; begin open; patch pad | pad nl; end close; bare pad close\n"
    "embed pad; vocab 50\n";

const char gallery_crafted[] = "token a 1; token b 2; token x 3; token y 4; token z 5\n"
                               "modality image; pattern (a a a)+ b; embed a\n"
                               "modality video; pattern ((x y){3})+ z; embed x y\n";

const char *gallery_config(size_t index) {
    static const char *const all[] = {
        gallery_gemma4, gallery_gemma3,    gallery_kimi,      gallery_qwen,     gallery_pixtral,
        gallery_llama4, gallery_glm_video, gallery_qwen_omni, gallery_idefics2, gallery_llava,
        gallery_phi3,   gallery_sequences, gallery_crafted,
    };
    return index < sizeof all / sizeof *all ? all[index] : NULL;
}
