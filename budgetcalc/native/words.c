/* Counts the tokens that one of Claude's tokenizers makes of a text, in one pass over it.

   This is claude_tiling.py as loops: read a run of characters that belong together, decide which marks stand at its
   ends, write it with its marks, find the fewest pieces that make it up. There is no knowledge of Unicode in it: what
   a character is, claude_characters.facts() tells when it is first met. The vocabulary is a trie that the build
   wrote and that is used where it lies. Both ways count the same for every text; tests/text holds that. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

/* ---- what is known of a character, as claude_characters.facts() says it ---- */

#define CLASS(facts) ((facts) & 15u)
#define CAPITAL 0x10u        /* making it small makes it another */
#define STOPS_CAPITALS 0x20u /* a word with it is not all in capitals */
#define NEVER_SPELLED 0x40u  /* a word with it stays as it is written */
#define SYMBOL 0x80u         /* a symbol, or unassigned: no suffix of a contraction follows it */
#define SMALL(facts) ((facts) >> 16) /* the code of its small form, which may be itself; for letters only */

/* The classes, in the order of claude_characters.CLASSES. EDGE is what is beyond the text. */
enum {
    UNKNOWN, LETTER, MARK, APOSTROPHE, SIGN, DIGIT, INDIC_DIGIT, OTHER_DIGIT, NUMBER,
    OTHER_SIGN, SELECTOR, HARD, BLANK, OTHER_SPACE, EDGE,
};
#define SET(class) (1u << (class))
#define SIGNS (SET(APOSTROPHE) | SET(SIGN))
#define DIGITS (SET(DIGIT) | SET(INDIC_DIGIT))
#define NUMBERS (SET(OTHER_DIGIT) | SET(NUMBER) | SET(SELECTOR))
#define HARDS (SET(HARD) | SET(SELECTOR))
#define SPACES (SET(BLANK) | SET(OTHER_SPACE))

/* The classes with which a run goes on that began with this one. */
static const uint32_t GOES_ON[EDGE + 1] = {
    [LETTER] = SET(LETTER) | SET(MARK), [MARK] = SET(MARK), [APOSTROPHE] = SIGNS, [SIGN] = SIGNS,
    [DIGIT] = DIGITS, [INDIC_DIGIT] = DIGITS, [OTHER_DIGIT] = NUMBERS, [NUMBER] = NUMBERS,
    [OTHER_SIGN] = SET(OTHER_SIGN) | SET(SELECTOR), [SELECTOR] = HARDS, [HARD] = HARDS,
    [BLANK] = SPACES, [OTHER_SPACE] = SPACES,
};
/* The classes that take a mark where they border a space; those of numbers only in a run that is uniform. */
#define MARKED (SIGNS | SET(OTHER_SIGN) | SET(SELECTOR) | SET(INDIC_DIGIT))
#define MARKED_IF_UNIFORM (SET(OTHER_DIGIT) | SET(NUMBER))

/* ---- the vocabulary, as hatch_build.byte_trie() writes it ----

   Each slot holds the base of a node, whether a piece ends there, and the byte that leads to it. A node's child by a
   byte is the slot base + byte, if that byte leads there: no two nodes have the same base. */

#define TRIE_VERSION 0x62630001u /* in slot 0; other bytes on a machine of another byte order */
#define ROOT 1
#define BASE(slot) ((slot) >> 9)
#define ENDS_PIECE 0x100u
#define LABEL(slot) ((slot) & 0xFFu)
#define LONGEST 255 /* bytes of a piece */
#define RING 256    /* more than LONGEST: so far ahead a piece can reach */

#define CODES 0x110000
enum { WORD_BEGINS, WORD_ENDS, CAPITALISED, ALL_CAPITALS, MARKS };

typedef struct {
    PyObject_HEAD
    PyObject *bytes;    /* which hold the trie */
    const uint32_t *trie;
    size_t slots;
    PyObject *facts_of; /* a function of a module, so no reference leads back from it */
    uint32_t *facts;    /* by code point; 0 where it was not met. What is not touched takes no memory */
    size_t capitals_from;
    uint8_t marks[MARKS];
    char suffixes[64];  /* of contractions, each between two spaces */
} Tiler;

/* What one count needs for itself: asking for facts may let another thread count meanwhile. */
typedef struct {
    size_t tokens;
    uint8_t *stretch; /* marked text that is not yet cut into pieces */
    size_t size, room;
    size_t fewest[RING]; /* pieces up to a place, for the places a piece can reach; SIZE_MAX elsewhere */
} Count;

typedef enum { WORD, STRAY, SPACE, PLAIN_DIGITS, PLAIN_HARD, UNIFORM, MIXED } Kind;

typedef struct {
    const uint8_t *text;
    size_t size, characters, capitals;
    uint32_t first, last, any; /* facts of the first, of the last, and of all characters or-ed */
    Kind kind;
    int begins, ends; /* a mark stands there */
    int could_end;    /* a mark could stand on its right */
} Run;

/* ---- pieces ---- */

/* Add the fewest pieces of a stretch of marked text. A byte that no piece takes in is one token: so a character
   without a piece costs its bytes, of which known beginnings are one. */
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
            if (!byte || slot >= slots || LABEL(trie[slot]) != byte) {
                break;
            }
            node = trie[slot];
            if (node & ENDS_PIECE && cost < fewest[at % RING]) {
                fewest[at % RING] = cost;
            }
        }
        if ((start + 1) % (1u << 20) == 0 && PyErr_CheckSignals()) {
            return -1;
        }
    }
    count->tokens += fewest[size % RING];
    fewest[size % RING] = SIZE_MAX;
    return 0;
}

/* Add text to the stretch, after one mark and before another; 0 is no mark. */
static int
add_to_stretch(Count *count, uint8_t before, const uint8_t *text, size_t size, uint8_t after)
{
    if (count->room - count->size < size + 2) {
        const size_t room = 2 * (count->size + size + 2);
        uint8_t *stretch = room > PY_SSIZE_T_MAX ? NULL : PyMem_Realloc(count->stretch, room);
        if (stretch == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        count->stretch = stretch;
        count->room = room;
    }
    if (before) {
        count->stretch[count->size++] = before;
    }
    memcpy(count->stretch + count->size, text, size);
    count->size += size;
    if (after) {
        count->stretch[count->size++] = after;
    }
    return 0;
}

static int
close_stretch(const Tiler *self, Count *count)
{
    const size_t size = count->size;
    count->size = 0;
    return size ? tile(self, count, count->stretch, size) : 0;
}

/* ---- characters ---- */

/* Return the size of a character, and set its code. Python made this UTF-8, so every character is whole. */
static inline size_t
decode(const uint8_t *at, uint32_t *code)
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

/* Write a character of the basic plane, where all letters of words are, and return its size. */
static size_t
encode(uint32_t code, uint8_t *at)
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

/* Ask about a character that was not met before. Return 0, with an exception, when there is no answer. */
static uint32_t
ask(Tiler *self, uint32_t code)
{
    PyObject *answer = PyObject_CallFunction(self->facts_of, "I", code);
    const unsigned long facts = answer ? PyLong_AsUnsignedLong(answer) : 0;
    Py_XDECREF(answer);
    if (PyErr_Occurred()) {
        return 0;
    }
    if (facts > UINT32_MAX || CLASS(facts) == UNKNOWN || CLASS(facts) >= EDGE) {
        PyErr_Format(PyExc_ValueError, "%lu says nothing of a character", facts);
        return 0;
    }
    return self->facts[code] = (uint32_t)facts;
}

/* Return the facts of the character at a place: EDGE at the end, 0 with an exception. Set its size. */
static inline uint32_t
look(Tiler *self, const uint8_t *at, const uint8_t *end, size_t *size)
{
    uint32_t code;
    *size = 0;
    if (at >= end) {
        return EDGE;
    }
    *size = decode(at, &code);
    if (code >= CODES) {
        PyErr_SetString(PyExc_ValueError, "not a code point");
        return 0;
    }
    return self->facts[code] ? self->facts[code] : ask(self, code);
}

/* ---- runs ---- */

static Kind
kind_of(uint32_t first, uint32_t classes)
{
    switch (classes) {
    case SET(DIGIT): return PLAIN_DIGITS;
    case SET(HARD): return PLAIN_HARD;
    case SET(OTHER_DIGIT): case SET(NUMBER): return UNIFORM;
    default: return first == LETTER ? WORD : first == MARK ? STRAY : SET(first) & SPACES ? SPACE : MIXED;
    }
}

/* Read the run that begins at a place. Return the facts of the character after it; 0 with an exception. */
static uint32_t
read_run(Tiler *self, const uint8_t *at, const uint8_t *end, Run *run)
{
    size_t size;
    uint32_t facts = look(self, at, end, &size), classes = 0;
    const uint32_t goes_on = GOES_ON[CLASS(facts)];
    *run = (Run){.text = at, .first = facts};
    while (facts) {
        classes |= SET(CLASS(facts));
        run->any |= facts;
        run->last = facts;
        run->characters++;
        run->capitals += (facts & CAPITAL) != 0;
        at += size;
        facts = look(self, at, end, &size);
        if (!(SET(CLASS(facts)) & goes_on)) {
            break;
        }
    }
    run->size = (size_t)(at - run->text);
    run->kind = kind_of(CLASS(run->first), classes);
    return facts;
}

static int
is_lone_apostrophe(const Run *run)
{
    return run->characters == 1 && CLASS(run->first) == APOSTROPHE;
}

static int
is_suffix(const Tiler *self, const Run *word)
{
    const char *found = self->suffixes;
    while (word->size < sizeof self->suffixes && (found = strchr(found, ' ')) != NULL) {
        found++;
        if (!strncmp(found, (const char *)word->text, word->size) && found[word->size] == ' ') {
            return 1;
        }
    }
    return 0;
}

/* Decide which marks stand beside a run, by the rules of claude_tiling._marked_runs. Return -1 with an exception.

   last is the run before, bordered the could_end of the run before that. */
static int
place_marks(Tiler *self, Run *run, const Run *last, int bordered, uint32_t after, const uint8_t *end)
{
    const uint32_t next = CLASS(after);
    if (run->kind == WORD) {
        /* A stray mark or the apostrophe of a contraction has opened the word already. */
        const int contracted = is_lone_apostrophe(last) && !bordered && is_suffix(self, run);
        run->begins = CLASS(last->last) != MARK && !contracted;
        run->ends = 1;
        run->could_end = next == APOSTROPHE && run->last & SYMBOL;
    }
    else if (run->kind == STRAY) {
        run->begins = 1;
        run->ends = next != LETTER;
    }
    else if (run->kind == UNIFORM || run->kind == MIXED) {
        const uint32_t marked = MARKED | (run->kind == UNIFORM ? MARKED_IF_UNIFORM : 0);
        const int opens_word = is_lone_apostrophe(run) && SET(next) & (SET(LETTER) | SET(MARK));
        run->begins = CLASS(last->last) == BLANK && SET(CLASS(run->first)) & marked && !opens_word;
        run->could_end = (SET(CLASS(run->last)) & marked) != 0;
        if (run->could_end && next == BLANK) {
            size_t size;
            const uint32_t beyond = look(self, run->text + run->size + 1, end, &size);
            run->ends = CLASS(beyond) != BLANK;
            return beyond ? 0 : -1;
        }
    }
    return 0;
}

/* Return the mark for a word's capitals; 0 for a word that stays as it is written. */
static uint8_t
case_mark(const Tiler *self, const Run *word)
{
    if (!word->capitals || word->any & NEVER_SPELLED) {
        return 0;
    }
    if (word->characters >= self->capitals_from && !(word->any & STOPS_CAPITALS)) {
        return self->marks[ALL_CAPITALS];
    }
    return word->first & CAPITAL && word->capitals == 1 ? self->marks[CAPITALISED] : 0;
}

static int
count_word(const Tiler *self, Count *count, const Run *word)
{
    const uint8_t begins = self->marks[WORD_BEGINS], ends = self->marks[WORD_ENDS];
    const uint8_t mark = case_mark(self, word);
    if (!mark) {
        return add_to_stretch(count, begins, word->text, word->size, ends) || close_stretch(self, count);
    }
    if (add_to_stretch(count, mark, word->text, 0, begins)) {
        return -1;
    }
    for (const uint8_t *at = word->text; at < word->text + word->size;) {
        uint32_t code;
        uint8_t small[3];
        at += decode(at, &code);
        if (add_to_stretch(count, 0, small, encode(SMALL(self->facts[code]), small), 0)) {
            return -1;
        }
    }
    return add_to_stretch(count, 0, word->text, 0, ends) || close_stretch(self, count);
}

/* Count a text run by run, as claude_tiling.PythonTiler._runs does. */
static int
count_runs(Tiler *self, Count *count, const uint8_t *text, const uint8_t *end, int after_mark)
{
    const uint8_t begin_mark = self->marks[WORD_BEGINS], end_mark = self->marks[WORD_ENDS];
    Run run, last = {.kind = SPACE, .last = after_mark ? BLANK : EDGE};
    int bordered = 0;
    int joins = 0;   /* the stretch may go on: no mark closed it */
    int is_free = 0; /* a lone space waits: nothing to pay if the next run opens with a mark */
    size_t runs = 0;
    if (text == end) {
        count->tokens += after_mark != 0;
    }
    for (const uint8_t *at = text; at < end; at += run.size) {
        const uint32_t after = read_run(self, at, end, &run);
        if (!after || place_marks(self, &run, &last, bordered, after, end)) {
            return -1;
        }
        if (at == text && after_mark && !run.begins && CLASS(run.first) != BLANK) {
            /* Nothing takes the mark: it stands, except that an apostrophe leaves a space. */
            if (add_to_stretch(count, begin_mark, text, 0, 0)) {
                return -1;
            }
            joins = CLASS(run.first) != APOSTROPHE;
        }
        const int is_word = run.kind == WORD && run.begins;
        const int is_apart = run.kind == SPACE || run.kind == PLAIN_DIGITS || run.kind == PLAIN_HARD || is_word;
        if ((is_apart || !joins) && close_stretch(self, count)) {
            return -1;
        }
        count->tokens += is_free && !run.begins;
        is_free = last.ends && run.characters == 1 && CLASS(run.first) == BLANK;
        int failed = 0;
        if (is_word) {
            failed = count_word(self, count, &run);
        }
        else if (run.kind == PLAIN_DIGITS) {
            count->tokens += (run.size + 2) / 3; /* every group of one to three digits is a piece */
        }
        else if (!is_apart) {
            failed = add_to_stretch(
                count, run.begins ? begin_mark : 0, run.text, run.size, run.ends ? end_mark : 0);
        }
        else if (!is_free) {
            failed = tile(self, count, run.text, run.size);
        }
        if (failed || (++runs % (1u << 18) == 0 && PyErr_CheckSignals())) {
            return -1;
        }
        joins = !is_apart && !run.ends;
        bordered = last.could_end;
        last = run;
    }
    count->tokens += (size_t)is_free;
    return close_stretch(self, count);
}

/* ---- the type ---- */

static PyObject *
tiler_count(PyObject *self, PyObject *arguments)
{
    PyObject *text, *encoded, *tokens = NULL;
    int after_mark;
    if (!PyArg_ParseTuple(arguments, "Up:count", &text, &after_mark)) {
        return NULL;
    }
    encoded = PyUnicode_AsUTF8String(text); /* what the text itself remembers would stay with it */
    if (encoded != NULL) {
        const uint8_t *start = (const uint8_t *)PyBytes_AsString(encoded);
        Count count = {0};
        memset(count.fewest, 0xFF, sizeof count.fewest);
        if (!count_runs((Tiler *)self, &count, start, start + PyBytes_Size(encoded), after_mark)) {
            tokens = PyLong_FromSize_t(count.tokens);
        }
        PyMem_Free(count.stretch);
        Py_DECREF(encoded);
    }
    return tokens;
}

static PyObject *
tiler_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(keywords))
{
    PyObject *trie, *facts_of;
    const char *marks, *suffixes;
    Py_ssize_t capitals_from;
    if (!PyArg_ParseTuple(arguments, "SsnsO:Tiler", &trie, &marks, &capitals_from, &suffixes, &facts_of)) {
        return NULL;
    }
    const uint32_t *slots = (const uint32_t *)(const void *)PyBytes_AsString(trie);
    const size_t slot_count = (size_t)PyBytes_Size(trie) / sizeof *slots;
    if ((uintptr_t)slots % sizeof *slots || slot_count <= ROOT || slots[0] != TRIE_VERSION) {
        PyErr_SetString(PyExc_ValueError, "not a trie of this version and byte order");
        return NULL;
    }
    Tiler *self = (Tiler *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (self == NULL) {
        return NULL;
    }
    if (strlen(marks) != MARKS || strlen(suffixes) >= sizeof self->suffixes) {
        PyErr_SetString(PyExc_ValueError, "four marks are expected, and few suffixes");
        Py_DECREF(self);
        return NULL;
    }
    self->facts = PyMem_Calloc(CODES, sizeof *self->facts);
    if (self->facts == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    self->bytes = Py_NewRef(trie);
    self->trie = slots;
    self->slots = slot_count;
    self->facts_of = Py_NewRef(facts_of);
    self->capitals_from = capitals_from < 0 ? SIZE_MAX : (size_t)capitals_from;
    memcpy(self->marks, marks, MARKS);
    memcpy(self->suffixes, suffixes, strlen(suffixes) + 1);
    return (PyObject *)self;
}

static void
tiler_dealloc(PyObject *object)
{
    Tiler *self = (Tiler *)object;
    PyTypeObject *type = Py_TYPE(object);
    Py_XDECREF(self->bytes);
    Py_XDECREF(self->facts_of);
    PyMem_Free(self->facts);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

static PyMethodDef tiler_methods[] = {
    {"count", tiler_count, METH_VARARGS, "count(text, after_mark): the tokens of a normalised text"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot tiler_slots[] = {
    {Py_tp_new, tiler_new}, {Py_tp_dealloc, tiler_dealloc}, {Py_tp_methods, tiler_methods}, {0, NULL},
};

static PyType_Spec tiler_spec = {
    .name = "budgetcalc.native.words.Tiler",
    .basicsize = sizeof(Tiler),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = tiler_slots,
};

static int
fill_module(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &tiler_spec, NULL);
    const int failed = type == NULL || PyModule_AddObjectRef(module, "Tiler", type);
    Py_XDECREF(type);
    return failed ? -1 : PyModule_AddIntConstant(module, "TABLES", 1);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, fill_module},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};

static PyModuleDef module_definition = {PyModuleDef_HEAD_INIT, .m_name = "words", .m_slots = module_slots};

PyMODINIT_FUNC
PyInit_words(void)
{
    return PyModuleDef_Init(&module_definition);
}
