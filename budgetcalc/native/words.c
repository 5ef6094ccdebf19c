/* Counts the tokens that one of Claude's tokenizers makes of a text, in one pass over it.

   What claude_tiling.py does with regular expressions and remembered words is done here with loops: read a run of
   characters that belong together, decide which marks stand at its ends, write it with its marks, and find the fewest
   pieces that make it up. There is no knowledge of Unicode in it: claude_characters.facts() tells what a character is
   when it is first met. The vocabulary is a trie that the build wrote, and is used where it lies.

   Both ways count the same for every text; tests/text holds that. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

/* ---- what is known of a character: claude_characters.facts() ---- */

#define CLASS(facts) ((facts) & 15u)
#define CAPITAL 0x10u    /* making it small makes it another */
#define NOT_ALL 0x20u    /* a word with it is not all in capitals */
#define NEVER 0x40u      /* a word with it stays as it is written */
#define SYMBOL 0x80u     /* a symbol or unassigned: as the last letter of a word it bears on a contraction */
#define UNASSIGNED 0x100u
#define SMALL(facts) ((facts) >> 16) /* the code of its small form, which may be itself; letters of words only */

/* The classes, in the order of claude_characters.CLASSES. EDGE stands for what is beyond the text. */
enum {
    UNKNOWN, LETTER, MARK, APOSTROPHE, SIGN, DIGIT, INDIC_DIGIT, OTHER_DIGIT, NUMBER,
    OTHER_SIGN, SELECTOR, HARD, BLANK, OTHER_SPACE, EDGE,
};
#define SET(class) (1u << (class))
#define SPACES (SET(BLANK) | SET(OTHER_SPACE))
#define SIGNS (SET(APOSTROPHE) | SET(SIGN))
#define NUMBERS (SET(OTHER_DIGIT) | SET(NUMBER) | SET(SELECTOR))
#define DIGITS (SET(DIGIT) | SET(INDIC_DIGIT))
#define HARD_ONES (SET(HARD) | SET(SELECTOR))

/* With which classes a run goes on that began with this one. */
static const uint32_t GOES_ON[EDGE + 1] = {
    [LETTER] = SET(LETTER) | SET(MARK), [MARK] = SET(MARK),
    [APOSTROPHE] = SIGNS, [SIGN] = SIGNS, [DIGIT] = DIGITS, [INDIC_DIGIT] = DIGITS,
    [OTHER_DIGIT] = NUMBERS, [NUMBER] = NUMBERS, [OTHER_SIGN] = SET(OTHER_SIGN) | SET(SELECTOR),
    [SELECTOR] = HARD_ONES, [HARD] = HARD_ONES, [BLANK] = SPACES, [OTHER_SPACE] = SPACES,
};
/* Beside a space, these take a mark; the numbers only in a run that is all of one class. */
#define TAKES_MARK (SIGNS | SET(OTHER_SIGN) | SET(SELECTOR) | SET(INDIC_DIGIT))
#define TAKES_MARK_IF_ALIKE (SET(OTHER_DIGIT) | SET(NUMBER))

/* ---- the vocabulary: hatch_build.byte_trie() ----

   A double array of 32-bit slots. The child of a node by a byte is in the slot whose number is the node's base plus
   the byte, if that slot is labelled with the byte: no two nodes have the same base. A leaf has base 0. */

#define TRIE_VERSION 0x62630001u /* in slot 0; the wrong way round on another byte order */
#define ROOT 1
#define BASE(slot) ((slot) >> 9)
#define ENDS_PIECE 0x100u
#define LABEL(slot) ((slot) & 0xFFu)
#define LONGEST 255 /* bytes of a piece; hatch_build.py refuses longer ones */
#define RING 256

#define CODES 0x110000
enum { WORD_BEGINS, WORD_ENDS, CAPITALISED, ALL_CAPITALS };
#define SUFFIXES 8 /* contraction suffixes, of up to three bytes */

typedef struct {
    PyObject_HEAD
    Py_buffer buffer;
    const uint32_t *trie;
    size_t slots;
    uint32_t *facts; /* by code point; 0 where it was never met. Untouched pages take no memory. */
    PyObject *facts_of;
    size_t capitals_from;
    uint32_t suffixes[SUFFIXES];
    char marks[4];
} Tiler;

/* What one count needs for itself: facts() is Python and may let another thread count meanwhile. */
typedef struct {
    uint8_t *bytes; /* a stretch with its marks, not yet cut into pieces */
    size_t size, room;
    size_t fewest[RING]; /* the fewest pieces up to a place, for the places that a piece can reach */
    size_t tokens;
} Count;

typedef struct {
    const uint8_t *start, *stop;
    size_t characters;
    uint32_t first, last, any; /* facts of the first, the last, and of all characters or-ed together */
    uint32_t classes;          /* those that are in it */
} Run;

/* ---- pieces ---- */

/* Add the fewest pieces of a stretch of marked text to the count. Every byte is one if no longer piece takes it in:
   what a character without a piece costs is so many bytes, some beginnings of which are pieces. */
static int
tile(const Tiler *self, Count *count, const uint8_t *text, size_t size)
{
    const uint32_t *trie = self->trie;
    const size_t slots = self->slots;
    size_t *fewest = count->fewest;
    fewest[0] = 0;
    for (size_t start = 0; start < size; start++) {
        const size_t cost = fewest[start % RING] + 1;
        fewest[start % RING] = SIZE_MAX;
        if (cost < fewest[(start + 1) % RING]) {
            fewest[(start + 1) % RING] = cost;
        }
        const size_t reach = size - start < LONGEST ? size : start + LONGEST;
        uint32_t node = trie[ROOT];
        for (size_t at = start; at < reach;) {
            const uint8_t byte = text[at++];
            const size_t slot = (size_t)BASE(node) + byte;
            if (slot >= slots || LABEL(trie[slot]) != byte) {
                break;
            }
            node = trie[slot];
            if (node & ENDS_PIECE && cost < fewest[at % RING]) {
                fewest[at % RING] = cost;
            }
        }
        if (start % (1u << 20) == (1u << 20) - 1 && PyErr_CheckSignals()) {
            return -1;
        }
    }
    count->tokens += fewest[size % RING];
    fewest[size % RING] = SIZE_MAX;
    return 0;
}

static int
close_stretch(const Tiler *self, Count *count)
{
    const size_t size = count->size;
    count->size = 0;
    return size ? tile(self, count, count->bytes, size) : 0;
}

static int
make_room(Count *count, size_t more)
{
    if (more <= count->room - count->size) {
        return 0;
    }
    const size_t room = count->size + more;
    uint8_t *bytes = room > PY_SSIZE_T_MAX / 2 ? NULL : PyMem_Realloc(count->bytes, 2 * room);
    if (bytes == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    count->bytes = bytes;
    count->room = 2 * room;
    return 0;
}

static void
write_bytes(Count *count, const uint8_t *bytes, size_t size)
{
    memcpy(count->bytes + count->size, bytes, size);
    count->size += size;
}

/* ---- characters ---- */

/* Return the size of the character and set its code. The text is UTF-8 that Python made, so it is whole. */
static inline int
read_code(const uint8_t *at, uint32_t *code)
{
    if (at[0] < 0x80) {
        *code = at[0];
        return 1;
    }
    if (at[0] < 0xE0) {
        *code = (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu);
        return 2;
    }
    if (at[0] < 0xF0) {
        *code = (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
        return 3;
    }
    *code = (at[0] & 0x07u) << 18 | (at[1] & 0x3Fu) << 12 | (at[2] & 0x3Fu) << 6 | (at[3] & 0x3Fu);
    return 4;
}

static int
write_code(uint8_t *at, uint32_t code)
{
    if (code < 0x80) {
        at[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        at[0] = (uint8_t)(0xC0 | code >> 6);
        at[1] = (uint8_t)(0x80 | (code & 0x3F));
        return 2;
    }
    at[0] = (uint8_t)(0xE0 | code >> 12);
    at[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
    at[2] = (uint8_t)(0x80 | (code & 0x3F));
    return 3;
}

/* Ask Python about a character that was not met before. Return 0, with an exception, when it has no answer. */
static uint32_t
ask(Tiler *self, uint32_t code)
{
    PyObject *answer = PyObject_CallFunction(self->facts_of, "I", code);
    if (answer == NULL) {
        return 0;
    }
    const unsigned long facts = PyLong_AsUnsignedLong(answer);
    Py_DECREF(answer);
    if (PyErr_Occurred()) {
        return 0;
    }
    if (facts > UINT32_MAX || CLASS(facts) == UNKNOWN || CLASS(facts) >= EDGE) {
        PyErr_Format(PyExc_ValueError, "%lu says nothing about a character", facts);
        return 0;
    }
    return self->facts[code] = (uint32_t)facts;
}

/* Return the facts of the character at a place and set its size; EDGE at the end, 0 with an exception. */
static inline uint32_t
look(Tiler *self, const uint8_t *at, const uint8_t *end, int *size)
{
    uint32_t code;
    if (at >= end) {
        *size = 0;
        return EDGE;
    }
    *size = read_code(at, &code);
    if (code >= CODES) {
        PyErr_SetString(PyExc_ValueError, "not a code point");
        return 0;
    }
    const uint32_t facts = self->facts[code];
    return facts ? facts : ask(self, code);
}

/* Read the run that begins at a place, and the character after it. */
static int
read_run(Tiler *self, const uint8_t *at, const uint8_t *end, Run *run, uint32_t *after)
{
    int size;
    uint32_t facts = look(self, at, end, &size);
    const uint32_t goes_on = GOES_ON[CLASS(facts)];
    *run = (Run){.start = at, .first = facts};
    if (!facts) {
        return -1;
    }
    do {
        run->classes |= SET(CLASS(facts));
        run->any |= facts;
        run->last = facts;
        run->characters++;
        at += size;
        facts = look(self, at, end, &size);
    } while (goes_on & SET(CLASS(facts)));
    run->stop = at;
    *after = facts;
    return facts ? 0 : -1;
}

/* ---- words ---- */

/* Return the mark of a word's capitals, and 0 for a word that is written as it is. */
static char
case_mark(const Tiler *self, const Run *word)
{
    size_t capitals = 0;
    if (!(word->any & CAPITAL) || word->any & NEVER) {
        return 0;
    }
    for (const uint8_t *at = word->start; at < word->stop;) {
        uint32_t code;
        at += read_code(at, &code);
        capitals += (self->facts[code] & CAPITAL) != 0;
    }
    if (word->characters >= self->capitals_from && !(word->any & NOT_ALL)) {
        return self->marks[ALL_CAPITALS];
    }
    return word->first & CAPITAL && capitals == 1 ? self->marks[CAPITALISED] : 0;
}

/* Write a word between its marks, and cut it into pieces. */
static int
count_word(const Tiler *self, Count *count, const Run *word)
{
    const size_t size = (size_t)(word->stop - word->start);
    if (make_room(count, 2 * size + 3)) { /* a small form of two bytes less has three at most */
        return -1;
    }
    const char mark = case_mark(self, word);
    if (mark) {
        count->bytes[count->size++] = (uint8_t)mark;
    }
    count->bytes[count->size++] = (uint8_t)self->marks[WORD_BEGINS];
    if (mark) {
        for (const uint8_t *at = word->start; at < word->stop;) {
            uint32_t code;
            at += read_code(at, &code);
            count->size += (size_t)write_code(count->bytes + count->size, SMALL(self->facts[code]));
        }
    }
    else {
        write_bytes(count, word->start, size);
    }
    count->bytes[count->size++] = (uint8_t)self->marks[WORD_ENDS];
    return close_stretch(self, count);
}

static int
is_suffix(const Tiler *self, const Run *word)
{
    const size_t size = (size_t)(word->stop - word->start);
    if (size <= 3) {
        uint32_t packed = 0;
        for (size_t index = 0; index < size; index++) {
            packed = packed << 8 | word->start[index];
        }
        for (int index = 0; index < SUFFIXES; index++) {
            if (self->suffixes[index] == packed) {
                return 1;
            }
        }
    }
    return 0;
}

/* ---- runs ---- */

/* Count a text run by run. The rules of the marks are those of claude_tiling._marked_runs, and what is done with a
   run is what claude_tiling.Tiler._runs does. */
static int
count_runs(Tiler *self, Count *count, const uint8_t *text, const uint8_t *end, int after_mark)
{
    const uint32_t edge = after_mark ? BLANK : EDGE; /* the class of what is before the text */
    uint32_t before = edge;
    int lone_apostrophe = 0;        /* that is the run before */
    int borders = 0, bordered = 0;  /* the run before, and the one before that, could take a mark on the right */
    int joins = 0;                  /* the stretch may go on: no mark closed it */
    int ended = 0;                  /* the run before closed with a mark */
    int is_free = 0;                /* a lone space waits: nothing to pay if the next run opens with a mark */
    int mark_waits = after_mark;
    size_t runs = 0;

    for (const uint8_t *at = text; at < end || mark_waits;) {
        Run run = {0};
        uint32_t after = EDGE;
        int begins = 0, ends = 0, could_end = 0, glues = 0;
        if (at < end && read_run(self, at, end, &run, &after)) {
            return -1;
        }
        const uint32_t first = CLASS(run.first);
        const size_t size = (size_t)(run.stop - run.start);
        switch (first) {
        case LETTER:
            /* A stray mark or the apostrophe of a contraction has opened the word already. */
            begins = before != MARK && !(lone_apostrophe && !bordered && is_suffix(self, &run));
            ends = 1;
            could_end = CLASS(after) == APOSTROPHE && run.last & SYMBOL;
            glues = !begins;
            break;
        case MARK:
            begins = 1;
            ends = CLASS(after) != LETTER;
            could_end = CLASS(after) == APOSTROPHE && run.last & UNASSIGNED;
            glues = 1;
            break;
        case UNKNOWN: case BLANK: case OTHER_SPACE:
            break;
        default:
            if (run.classes == SET(DIGIT) || run.classes == SET(HARD)) {
                break;
            }
            {
                const int alike = run.classes == SET(OTHER_DIGIT) || run.classes == SET(NUMBER);
                const uint32_t marked = TAKES_MARK | (alike ? TAKES_MARK_IF_ALIKE : 0);
                const int is_apostrophe = size == 1 && first == APOSTROPHE;
                const int opens_word = is_apostrophe && SET(CLASS(after)) & (SET(LETTER) | SET(MARK));
                begins = before == BLANK && SET(first) & marked && !opens_word;
                could_end = (SET(CLASS(run.last)) & marked) != 0;
                if (could_end && CLASS(after) == BLANK) {
                    int ignored;
                    const uint32_t beyond = look(self, run.stop + 1, end, &ignored);
                    if (!beyond) {
                        return -1;
                    }
                    ends = CLASS(beyond) != BLANK;
                }
                glues = 1;
            }
        }
        if (mark_waits) {
            mark_waits = 0;
            if (!begins && first != BLANK) {
                /* Nothing takes the mark: it stands, except that an apostrophe leaves a space. */
                if (make_room(count, 1)) {
                    return -1;
                }
                count->bytes[count->size++] = (uint8_t)self->marks[WORD_BEGINS];
                joins = first != APOSTROPHE;
            }
            if (at == end) {
                break;
            }
        }

        count->tokens += is_free && !begins;
        is_free = ended && first == BLANK && size == 1;
        if ((begins || !glues || !joins) && close_stretch(self, count)) {
            return -1;
        }
        if (glues) {
            if (make_room(count, size + 2)) {
                return -1;
            }
            if (begins) {
                count->bytes[count->size++] = (uint8_t)self->marks[WORD_BEGINS];
            }
            write_bytes(count, run.start, size);
            if (ends) {
                count->bytes[count->size++] = (uint8_t)self->marks[WORD_ENDS];
            }
        }
        else if (first == LETTER) {
            if (count_word(self, count, &run)) {
                return -1;
            }
        }
        else if (first == DIGIT) {
            count->tokens += (size + 2) / 3; /* every group of one to three digits is a piece */
        }
        else if (!is_free && tile(self, count, run.start, size)) {
            return -1;
        }
        joins = glues && first != LETTER && !ends;
        ended = ends;
        bordered = borders;
        borders = could_end;
        lone_apostrophe = size == 1 && first == APOSTROPHE;
        before = CLASS(run.last);
        at = run.stop;
        if (++runs % (1u << 18) == 0 && PyErr_CheckSignals()) {
            return -1;
        }
    }
    count->tokens += (size_t)is_free;
    return close_stretch(self, count);
}

/* ---- the type ---- */

static PyObject *
Tiler_count(PyObject *object, PyObject *arguments)
{
    PyObject *text, *encoded, *tokens = NULL;
    char *bytes;
    Py_ssize_t size;
    int after_mark;
    if (!PyArg_ParseTuple(arguments, "Up:count", &text, &after_mark)) {
        return NULL;
    }
    encoded = PyUnicode_AsUTF8String(text); /* a copy of our own: the text's would stay in memory as long as it */
    if (encoded == NULL) {
        return NULL;
    }
    if (!PyBytes_AsStringAndSize(encoded, &bytes, &size)) {
        Count count = {0};
        memset(count.fewest, 0xFF, sizeof count.fewest);
        const uint8_t *start = (const uint8_t *)bytes;
        if (!count_runs((Tiler *)object, &count, start, start + size, after_mark)) {
            tokens = PyLong_FromSize_t(count.tokens);
        }
        PyMem_Free(count.bytes);
    }
    Py_DECREF(encoded);
    return tokens;
}

/* Take the suffixes, packed so that they compare as numbers. */
static int
take_suffixes(Tiler *self, const char *suffixes)
{
    int index = 0;
    for (; *suffixes; suffixes++) {
        if (*suffixes == ' ') {
            index++;
        }
        if (index >= SUFFIXES || self->suffixes[index] > 0xFFFF) {
            PyErr_SetString(PyExc_ValueError, "too many suffixes, or one is too long");
            return -1;
        }
        if (*suffixes != ' ') {
            self->suffixes[index] = self->suffixes[index] << 8 | (uint8_t)*suffixes;
        }
    }
    return 0;
}

static PyObject *
Tiler_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(keywords))
{
    PyObject *trie, *facts_of;
    const char *marks, *suffixes;
    Py_ssize_t capitals_from;
    if (!PyArg_ParseTuple(arguments, "OsnsO:Tiler", &trie, &marks, &capitals_from, &suffixes, &facts_of)) {
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Tiler *self = (Tiler *)allocate(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->facts_of = Py_NewRef(facts_of);
    self->facts = PyMem_Calloc(CODES, sizeof *self->facts);
    if (self->facts == NULL) {
        PyErr_NoMemory();
        goto failed;
    }
    if (take_suffixes(self, suffixes) || PyObject_GetBuffer(trie, &self->buffer, PyBUF_SIMPLE)) {
        goto failed;
    }
    self->trie = self->buffer.buf;
    self->slots = (size_t)self->buffer.len / sizeof *self->trie;
    if ((uintptr_t)self->trie % sizeof *self->trie || self->slots <= ROOT || self->trie[0] != TRIE_VERSION) {
        PyErr_SetString(PyExc_ValueError, "not a trie of this version and byte order");
        goto failed;
    }
    if (strlen(marks) != sizeof self->marks) {
        PyErr_SetString(PyExc_ValueError, "there are four marks");
        goto failed;
    }
    memcpy(self->marks, marks, sizeof self->marks);
    self->capitals_from = capitals_from < 0 ? SIZE_MAX : (size_t)capitals_from;
    return (PyObject *)self;
failed:
    Py_DECREF(self);
    return NULL;
}

static int
Tiler_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((Tiler *)object)->facts_of);
    return 0;
}

static int
Tiler_clear(PyObject *object)
{
    Py_CLEAR(((Tiler *)object)->facts_of);
    return 0;
}

static void
Tiler_dealloc(PyObject *object)
{
    Tiler *self = (Tiler *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    Tiler_clear(object);
    PyBuffer_Release(&self->buffer);
    PyMem_Free(self->facts);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"count", Tiler_count, METH_VARARGS, "count(text, after_mark): the tokens of a normalised text"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, Tiler_new},
    {Py_tp_dealloc, Tiler_dealloc},
    {Py_tp_traverse, Tiler_traverse},
    {Py_tp_clear, Tiler_clear},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "budgetcalc.native.words.Tiler",
    .basicsize = sizeof(Tiler),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

static int
execute(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &spec, NULL);
    const int failed = type == NULL || PyModule_AddObjectRef(module, "Tiler", type);
    Py_XDECREF(type);
    return failed ? -1 : 0;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, execute},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "words",
    .m_slots = module_slots,
};

PyMODINIT_FUNC
PyInit_words(void)
{
    return PyModuleDef_Init(&definition);
}
