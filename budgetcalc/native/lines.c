/* A typed view of JSON lines: what a table names is taken out of each line, everything else is checked and skipped.

   The table comes from Python, and so does every rule: this file knows JSON and what a table can say. A line that is
   not what the table expects, or no JSON, or JSON that it is not sure of, is handed back as it is: being unsure is
   always right. Strings that decide of what kind a line is are not decoded here but compared as they are written;
   Python is asked once for each kind.

   No recursion and no state. Every pointer is compared with the end before it is read. */

#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030c0000
#endif
#include <Python.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    MOST_FIELDS = 64,  /* the bits of a mask */
    MOST_DEPTH = 256,  /* nesting that every JSON decoder takes */
    MOST_DIGITS = 640, /* the least that Python's limit on the digits of an integer can be set to */
    MOST_KIND = 4096,  /* bytes of what decides a kind */
};
#define LARGEST_COUNT 4294967294

/* What a table can say of the value of a key; null is like no value. */
enum {
    NONE = 'n',   /* there is none */
    KIND = 'k',   /* a string, true or false: as it is written, part of what decides the line's kind */
    TEXT = 't',   /* a string without escapes, given as str; the empty one is like no value */
    MOMENT = 'm', /* a string YYYY-MM-DDTHH:MM:SS[.mmm]Z, given as microseconds since 1970 */
    COUNT = 'c',  /* a whole number up to LARGEST_COUNT, given as int */
    VALID = 'v',  /* the same, but not given */
    OBJECT = 'o', /* an object that is not empty; that there is one is part of what decides the kind */
    ONLY = 'l',   /* a list of at most one object; the empty list is like no value, otherwise as OBJECT */
    EACH = 'e',   /* anything; in a list the fields are those of each of its objects */
    NOT = 'd',    /* within EACH: anything but a certain string */
};
#define SORTS "nktmcvoled"
#define DECIDING "kol"
#define GIVEN "tmc"

typedef struct {
    const char *name, *other; /* the key as it is written between its quotes; the string of NOT */
    Py_ssize_t length, other_length;
    int parent, sort;
} Field;

typedef struct {
    Field fields[MOST_FIELDS + 1];     /* field 0 is the line itself */
    int first[MOST_FIELDS + 2];        /* of each field the first of its own, which stand together */
    uint64_t lengths[MOST_FIELDS + 1]; /* which lengths the names of its own have, modulo 64 */
    uint64_t deciding, kinds, given;   /* bit i - 1: field i decides a kind, is KIND, has a value in a row */
    int count, width;                  /* fields; values that a row gets */
} View;

typedef struct {
    const unsigned char *at, *end;
    uint64_t met, present; /* bit i - 1: field i */
    struct {
        const unsigned char *start;
        Py_ssize_t length;
        int64_t number;
    } values[MOST_FIELDS + 1];
    int is_ascii;
} Line;

typedef struct {
    PyObject *rows, *kinds, *ask;
} Asked;

#define BIT(field) ((uint64_t)1 << ((field) - 1))

/* ---- values ---- */

static int is_hex(unsigned char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

/* Step over bytes that need no look, up to some that may. */
static const unsigned char *plain_end(const unsigned char *at, const unsigned char *end, int *is_ascii)
{
#ifdef __SSE2__
    const __m128i quotes = _mm_set1_epi8('"'), backslashes = _mm_set1_epi8('\\'), controls = _mm_set1_epi8(31);
    __m128i all = _mm_setzero_si128();
    for (; end - at >= 16; at += 16) {
        __m128i some = _mm_loadu_si128((const __m128i *)at), found;
        found = _mm_or_si128(_mm_cmpeq_epi8(some, quotes), _mm_cmpeq_epi8(some, backslashes));
        found = _mm_or_si128(found, _mm_cmpeq_epi8(_mm_min_epu8(some, controls), some));
        if (_mm_movemask_epi8(found)) {
            int before = __builtin_ctz((unsigned)_mm_movemask_epi8(found));
            *is_ascii &= !(_mm_movemask_epi8(some) & ((1 << before) - 1));
            at += before;
            break;
        }
        all = _mm_or_si128(all, some);
    }
    *is_ascii &= !_mm_movemask_epi8(all);
#else
    const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    for (; end - at >= 8; at += 8) {
        uint64_t some, quote, backslash;
        memcpy(&some, at, 8);
        quote = some ^ ones * '"';
        backslash = some ^ ones * '\\';
        if ((((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((some - ones * 32) & ~some)) & highs)
            break;
        *is_ascii &= !(some & highs);
    }
#endif
    return at;
}

/* Return where the quote is that closes a string which begins at line->at, or NULL. */
static const unsigned char *string_end(Line *line, int *is_escaped)
{
    const unsigned char *at = line->at, *end = line->end;
    for (;;) {
        at = plain_end(at, end, &line->is_ascii);
        while (at < end && *at >= 32 && *at != '"' && *at != '\\')
            line->is_ascii &= *at++ < 128;
        if (at == end || *at < 32)
            return NULL;
        if (*at == '"')
            return at;
        *is_escaped = 1;
        if (end - at >= 6 && at[1] == 'u' && is_hex(at[2]) && is_hex(at[3]) && is_hex(at[4]) && is_hex(at[5]))
            at += 6;
        else if (end - at >= 2 && at[1] && strchr("\"\\/bfnrt", at[1]))
            at += 2;
        else
            return NULL;
    }
}

static const unsigned char *digits(const unsigned char *at, const unsigned char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* Return what follows a number, or NULL. */
static const unsigned char *after_number(const unsigned char *at, const unsigned char *end)
{
    const unsigned char *from = at, *start = at += at < end && *at == '-';
    at = digits(start, end);
    if (at == start || (*start == '0' && at - start > 1))
        return NULL;
    if (at < end && *at == '.') {
        start = at + 1;
        at = digits(start, end);
        if (at == start)
            return NULL;
    }
    if (at < end && (*at | 32) == 'e') {
        start = at + 1;
        start += start < end && (*start == '+' || *start == '-');
        at = digits(start, end);
        if (at == start)
            return NULL;
    }
    return at - from > MOST_DIGITS ? NULL : at;
}

static int read_moment(const unsigned char *text, Py_ssize_t length, int64_t *found)
{
    static const char form[] = "0000-00-00T00:00:00.000Z";
    static const int days_before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    int part[7] = {0}, year, month, day, is_leap, at = 0;
    int64_t days;
    if (length != 20 && length != 24)
        return 0;
    for (int i = 0; i < length; i++) {
        char wanted = i == length - 1 ? 'Z' : form[i];
        if (wanted != '0' ? text[i] != wanted : text[i] < '0' || text[i] > '9')
            return 0;
        if (wanted == '0')
            part[at] = part[at] * 10 + text[i] - '0';
        else if (at < 6)
            at++;
    }
    year = part[0], month = part[1], day = part[2];
    is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1 || month < 1 || month > 12 || part[3] > 23 || part[4] > 59 || part[5] > 59 || day < 1 ||
        day > days_before[month] - days_before[month - 1] + (month == 2 && is_leap))
        return 0;
    days = (int64_t)(year - 1) * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    days += days_before[month - 1] + (month > 2 && is_leap) + day - 719163; /* 1970-01-01, from 0001-01-01 as 1 */
    *found = (((days * 24 + part[3]) * 60 + part[4]) * 60 + part[5]) * 1000000 + part[6] * 1000;
    return 1;
}

/* Take a string from between its quotes into its field's value; false if the table expects another one. */
static int take_string(const View *view, Line *line, int field, Py_ssize_t length, int is_escaped)
{
    const Field *wanted = &view->fields[field];
    switch (wanted->sort) {
    case KIND:
        line->values[field].start = line->at - 1;
        line->values[field].length = length + 2;
        break;
    case TEXT:
        if (is_escaped)
            return 0;
        if (!length)
            return 1;
        line->values[field].start = line->at;
        line->values[field].length = length;
        break;
    case MOMENT:
        if (!read_moment(line->at, length, &line->values[field].number))
            return 0;
        break;
    case EACH:
        return 1;
    case NOT:
        return !is_escaped && (length != wanted->other_length || memcmp(line->at, wanted->other, (size_t)length));
    default:
        return 0;
    }
    line->present |= BIT(field);
    return 1;
}

/* Take a number, true, false or null; return what follows it, or NULL. */
static const unsigned char *take_other(Line *line, int field, int sort)
{
    const unsigned char *at = line->at, *end = line->end, *start = at;
    Py_ssize_t left = end - at;
    int length = left >= 4 && (!memcmp(at, "true", 4) || !memcmp(at, "null", 4)) ? 4
                 : left >= 5 && !memcmp(at, "false", 5)                          ? 5
                                                                                 : 0;
    if ((length && *at == 'n') || sort == EACH || sort == NOT)
        return length ? at + length : after_number(at, end);
    if (length && sort == KIND) {
        line->values[field].start = at;
        line->values[field].length = length;
        at += length;
    } else if (!length && (sort == COUNT || sort == VALID)) {
        int64_t number = 0;
        at = digits(at, end);
        if (at == start || at - start > 10 || (*start == '0' && at - start > 1))
            return NULL;
        while (start < at)
            number = number * 10 + *start++ - '0';
        if (number > LARGEST_COUNT || (at < end && (*at == '.' || *at == 'e' || *at == 'E')))
            return NULL;
        line->values[field].number = number;
    } else
        return NULL;
    line->present |= BIT(field);
    return at;
}

/* ---- a line ---- */

static const unsigned char *skip(const unsigned char *at, const unsigned char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

/* Return the field that a key names among those of an object, or 0. */
static int field_of(const View *view, int parent, const unsigned char *name, Py_ssize_t length)
{
    if (view->lengths[parent] >> (length & 63) & 1)
        for (int i = view->first[parent]; i < view->first[parent + 1]; i++)
            if (view->fields[i].length == length && !memcmp(view->fields[i].name, name, (size_t)length))
                return i;
    return 0;
}

#define UNKNOWN (-1)                     /* an object or list of which nothing is looked at */
#define AS_LIST(field) ((field)-1000)    /* what stands for the list of a field among what stands for objects */
#define IS_LIST(here) ((here) < UNKNOWN)

/* Read a line from its first brace to its end; false if it is not an ordinary one. */
static int read_line(const View *view, Line *line)
{
    short around[MOST_DEPTH]; /* the fields of the objects and lists that are open */
    int depth = 0, field = 0, here = 0, sort, is_escaped;
    const unsigned char *end = line->end, *first = line->at, *next;

    line->met = line->present = 0;
    line->is_ascii = 1;
    goto object;

value: /* of a field, or of none that is known; line->at is at its beginning */
    if (line->at == end)
        return 0;
    sort = field ? view->fields[field].sort : EACH;
    switch (*line->at) {
    case '"':
        line->at++;
        is_escaped = 0;
        next = string_end(line, &is_escaped);
        if (!next || (field && !take_string(view, line, field, next - line->at, is_escaped)))
            return 0;
        line->at = next + 1;
        goto done;
    case '{':
        if (sort == OBJECT)
            line->present |= BIT(field);
        else if (sort != EACH && sort != NOT)
            return 0;
        here = sort == OBJECT ? field : UNKNOWN;
        goto object;
    case '[':
        if (sort != ONLY && sort != EACH && sort != NOT)
            return 0;
        here = field && sort != NOT ? field : UNKNOWN;
        line->at = skip(line->at + 1, end);
        if (line->at < end && *line->at == ']') {
            line->at++;
            goto done;
        }
        if (depth == MOST_DEPTH)
            return 0;
        around[depth++] = (short)AS_LIST(here);
        goto element;
    default:
        next = take_other(line, field, sort);
        if (!next)
            return 0;
        line->at = next;
    }

done: /* with a value */
    line->at = skip(line->at, end);
    if (!depth)
        goto whole;
    if (line->at == end)
        return 0;
    here = around[depth - 1];
    if (*line->at == (IS_LIST(here) ? ']' : '}')) {
        line->at++;
        depth--;
        goto done;
    }
    if (*line->at != ',')
        return 0;
    line->at = skip(line->at + 1, end);
    if (!IS_LIST(here))
        goto key;
    here -= AS_LIST(0);
    if (here > 0 && view->fields[here].sort == ONLY)
        return 0;

element: /* of the list of the field here */
    field = 0;
    if (here > 0 && line->at < end && *line->at == '{') {
        line->present |= BIT(here);
        goto object;
    }
    if (here > 0 && view->fields[here].sort == ONLY)
        return 0;
    goto value;

object: /* of the field here; line->at is at its brace */
    line->at = skip(line->at + 1, end);
    if (line->at < end && *line->at == '}') {
        if (here != UNKNOWN && view->fields[here].sort != EACH)
            return 0;
        line->at++;
        goto done;
    }
    if (depth == MOST_DEPTH)
        return 0;
    around[depth++] = (short)here;

key:
    if (line->at == end || *line->at != '"')
        return 0;
    line->at++; /* never behind the end of the line, from where the next one is looked for */
    is_escaped = 0;
    next = string_end(line, &is_escaped);
    if (!next || (is_escaped && here != UNKNOWN))
        return 0;
    field = here == UNKNOWN ? 0 : field_of(view, here, line->at, next - line->at);
    if (field) {
        if (line->met & BIT(field) && view->fields[field].sort != NOT)
            return 0;
        line->met |= BIT(field);
    }
    line->at = skip(next + 1, end);
    if (line->at == end || *line->at != ':')
        return 0;
    line->at = skip(line->at + 1, end);
    goto value;

whole:
    if (line->at < end && *line->at != '\n')
        return 0;
    if (!line->is_ascii) {
        PyObject *text = PyUnicode_DecodeUTF8((const char *)first, line->at - first, NULL);
        if (!text) {
            PyErr_Clear();
            return 0;
        }
        Py_DECREF(text);
    }
    return 1;
}

/* ---- what Python gets ---- */

/* Ask what lines of a kind are: strings as they are written, and whether there is a value. */
static PyObject *ask(const View *view, const Line *line, PyObject *function)
{
    PyObject *answer = NULL, *given = PyTuple_New(view->count);
    for (int i = 1; given && i <= view->count; i++) {
        int is_there = (line->present & BIT(i)) != 0;
        PyObject *item = is_there && view->fields[i].sort == KIND
                             ? PyBytes_FromStringAndSize((const char *)line->values[i].start, line->values[i].length)
                             : PyBool_FromLong(is_there);
        if (!item || PyTuple_SetItem(given, i - 1, item))
            Py_CLEAR(given);
    }
    if (given)
        answer = PyObject_CallFunctionObjArgs(function, given, NULL);
    Py_XDECREF(given);
    return answer;
}

/* Return the kind of a line: what Python said of it, None where it is unusual, NULL with an error set. */
static PyObject *kind_of(const View *view, const Line *line, const Asked *asked, int *is_new)
{
    char written[MOST_KIND + sizeof(uint64_t)];
    Py_ssize_t size = sizeof(uint64_t);
    uint64_t deciding = line->present & view->deciding;
    PyObject *key, *kind;
    memcpy(written, &deciding, sizeof deciding);
    for (int i = 1; i <= view->count; i++) {
        if (!(deciding & view->kinds & BIT(i)))
            continue;
        if (line->values[i].length > (Py_ssize_t)sizeof written - size)
            return Py_NewRef(Py_None);
        memcpy(written + size, line->values[i].start, (size_t)line->values[i].length);
        size += line->values[i].length;
    }
    key = PyBytes_FromStringAndSize(written, size);
    if (!key)
        return NULL;
    kind = Py_XNewRef(PyDict_GetItemWithError(asked->kinds, key));
    if (!kind && !PyErr_Occurred()) {
        *is_new = 1;
        kind = ask(view, line, asked->ask);
        if (kind && PyDict_SetItem(asked->kinds, key, kind))
            Py_CLEAR(kind);
    }
    Py_DECREF(key);
    return kind;
}

static PyObject *value_of(const View *view, const Line *line, int field)
{
    if (!(line->present & BIT(field)))
        return Py_NewRef(Py_None);
    if (view->fields[field].sort == TEXT)
        return PyUnicode_FromStringAndSize((const char *)line->values[field].start, line->values[field].length);
    return PyLong_FromLongLong(line->values[field].number);
}

/* Return a row: the kind, the line's number and offset, and the values if it has any. */
static PyObject *row_of(const View *view, const Line *line, PyObject *kind, Py_ssize_t number, Py_ssize_t offset)
{
    int at = 3;
    PyObject *row, *item;
    if (kind == Py_None || kind == Py_False)
        return Py_BuildValue("(Onn)", kind, number, offset);
    row = PyTuple_New(3 + view->width);
    if (!row || PyTuple_SetItem(row, 0, Py_NewRef(kind)) || PyTuple_SetItem(row, 1, PyLong_FromSsize_t(number)) ||
        PyTuple_SetItem(row, 2, PyLong_FromSsize_t(offset)))
        Py_CLEAR(row);
    for (int i = 1; row && i <= view->count; i++) {
        if (!(view->given & BIT(i)))
            continue;
        item = value_of(view, line, i);
        if (!item || PyTuple_SetItem(row, at++, item))
            Py_CLEAR(row);
    }
    if (PyErr_Occurred())
        Py_CLEAR(row);
    return row;
}

/* Add the row of the line at line->at, if it tells of anything; false with an error set. */
static int add_line(const View *view, Line *line, const Asked *asked, Py_ssize_t number, Py_ssize_t offset)
{
    PyObject *kind, *row;
    int is_new = 0, is_added;
    kind = *line->at == '{' && read_line(view, line) ? kind_of(view, line, asked, &is_new) : Py_NewRef(Py_None);
    if (!kind)
        return 0;
    if (kind == Py_False && !is_new) {
        Py_DECREF(kind);
        return 1;
    }
    row = row_of(view, line, kind, number, offset);
    Py_DECREF(kind);
    is_added = row && !PyList_Append(asked->rows, row);
    Py_XDECREF(row);
    return is_added;
}

static int read_table(View *view, PyObject *table)
{
    memset(view, 0, sizeof *view);
    if (PyTuple_Size(table) > MOST_FIELDS) {
        PyErr_SetString(PyExc_ValueError, "the table has too many fields");
        return 0;
    }
    view->count = (int)PyTuple_Size(table);
    for (int i = 1; i <= view->count; i++) {
        Field *field = &view->fields[i];
        PyObject *name, *other;
        if (!PyArg_ParseTuple(PyTuple_GetItem(table, i - 1), "SiCS", &name, &field->parent, &field->sort, &other))
            return 0;
        field->name = PyBytes_AsString(name);
        field->length = PyBytes_Size(name);
        field->other = PyBytes_AsString(other);
        field->other_length = PyBytes_Size(other);
        if (field->sort < 'a' || field->sort > 'z' || !strchr(SORTS, field->sort) || field->parent >= i ||
            field->parent < field[-1].parent) {
            PyErr_SetString(PyExc_ValueError, "a field is of no known sort, or not beside those of its object");
            return 0;
        }
        view->lengths[field->parent] |= (uint64_t)1 << (field->length & 63);
        view->kinds |= field->sort == KIND ? BIT(i) : 0;
        view->deciding |= strchr(DECIDING, field->sort) ? BIT(i) : 0;
        view->given |= strchr(GIVEN, field->sort) ? BIT(i) : 0;
        view->width += strchr(GIVEN, field->sort) != NULL;
    }
    for (int parent = 0, i = 1; parent < MOST_FIELDS + 2; parent++) {
        while (i <= view->count && view->fields[i].parent < parent)
            i++;
        view->first[parent] = i;
    }
    return 1;
}

static PyObject *rows(PyObject *module, PyObject *args)
{
    PyObject *table, *block;
    Py_ssize_t start, stop, number;
    Asked asked;
    View view;
    Line line;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!SnnnO!O", &PyTuple_Type, &table, &block, &start, &stop, &number, &PyDict_Type,
                          &asked.kinds, &asked.ask) ||
        !read_table(&view, table))
        return NULL;
    if (start < 0 || start > stop || stop > PyBytes_Size(block)) {
        PyErr_SetString(PyExc_ValueError, "the lines are not within the block");
        return NULL;
    }
    const unsigned char *data = (const unsigned char *)PyBytes_AsString(block), *from = data + start, *next;
    asked.rows = PyList_New(0);
    line.end = data + stop;
    for (; asked.rows && from < line.end; number++) {
        line.at = skip(from, line.end);
        if (line.at < line.end && *line.at != '\n' && !add_line(&view, &line, &asked, number, from - data))
            Py_CLEAR(asked.rows);
        next = line.at < line.end ? memchr(line.at, '\n', (size_t)(line.end - line.at)) : NULL;
        from = next ? next + 1 : line.end;
    }
    return asked.rows ? Py_BuildValue("(Nn)", asked.rows, number) : NULL;
}

static PyMethodDef functions[] = {
    {"rows", rows, METH_VARARGS, "Return the rows of lines, and the number of the line behind them."},
    {NULL, NULL, 0, NULL},
};

static int fill_module(PyObject *module)
{
    return PyModule_AddIntConstant(module, "TABLES", 1);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, fill_module},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "lines",
    .m_doc = "A typed view of JSON lines.",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_lines(void)
{
    return PyModuleDef_Init(&definition);
}
