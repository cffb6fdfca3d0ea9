/* Two frozen layouts of others, as their specifications give them: DLPack tensors and the
 * Arrow C data interface. */
#ifndef MMSPAN_PYTHON_ABI_H
#define MMSPAN_PYTHON_ABI_H

#include <stdint.h>

/* DLPack, https://dmlc.github.io/dlpack: version 1 and the form before it. */
enum { DL_CPU = 1, DL_CUDA = 2, DL_CUDA_HOST = 3, DL_ROCM = 10, DL_ROCM_HOST = 11 };
enum { DL_INT = 0, DL_UINT = 1, DL_FLOAT = 2, DL_BFLOAT = 4, DL_COMPLEX = 5, DL_BOOL = 6 };

struct dl_device {
    int32_t device_type;
    int32_t device_id;
};

struct dl_type {
    uint8_t code;
    uint8_t bits;
    uint16_t lanes;
};

struct dl_tensor {
    void *data;
    struct dl_device device;
    int32_t ndim;
    struct dl_type dtype;
    int64_t *shape;
    int64_t *strides;
    uint64_t byte_offset;
};

/* In a capsule "dltensor". */
struct dl_managed {
    struct dl_tensor tensor;
    void *context;
    void (*deleter)(struct dl_managed *self);
};

struct dl_version {
    uint32_t major;
    uint32_t minor;
};

#define DL_READ_ONLY 1u

/* In a capsule "dltensor_versioned". Up to `flags` every version agrees. */
struct dl_managed_versioned {
    struct dl_version version;
    void *context;
    void (*deleter)(struct dl_managed_versioned *self);
    uint64_t flags;
    struct dl_tensor tensor;
};

/* In a capsule "dlpack_exchange_api" of a type; tables of older versions hang on. */
struct dl_exchange_header {
    struct dl_version version;
    struct dl_exchange_header *previous;
};

struct dl_exchange {
    struct dl_exchange_header header;
    void *allocate;
    void *managed_from_object;
    void *managed_to_object;
    int (*tensor_from_object)(void *object, struct dl_tensor *tensor); /* may be NULL */
    void *work_stream;
};

/* Arrow, https://arrow.apache.org/docs/format/CDataInterface.html */
#define ARROW_NULLABLE 2

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *self);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *self);
    void *private_data;
};

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *self, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *self, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *self);
    void (*release)(struct ArrowArrayStream *self);
    void *private_data;
};

#endif
