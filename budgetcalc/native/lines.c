/* A typed view of JSON lines: what a table names is taken out of each line, everything else is checked and skipped.

   The table comes from Python, and so does every rule: this file knows JSON and what a table can say. A line that is
   not what the table expects, or no JSON, or JSON that it is not sure of, is handed back as it is: being unsure is
   always right. Strings that decide of what kind a line is are not decoded here but compared as they are written;
   Python is asked once for each kind.

   No recursion, no global state. Every pointer is compared with the end before it is read. */

#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030c0000
#endif
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

#define MOST_FIELDS 64     /* bits of a mask */
#define MOST_DEPTH 256     /* nesting that every JSON decoder takes */
#define MOST_DIGITS 640    /* the least that Python's limit on the digits of an integer can be set to */
#define MOST_KIND 4096     /* bytes of what decides a kind */
#define LARGEST_COUNT 4294967294LL

/* What a table can say of the value of a key. Except for EACH, null is like no value. */
enum sort {
    NONE = 'n',   /* none */
    KIND = 'k',   /* a string, true or false: as it is written, part of what decides the line's kind */
    TEXT = 't',   /* a string without escapes, given as str; the empty one is like no value */
    MOMENT = 'm', /* YYYY-MM-DDTHH:MM:SS[.mmm]Z as a string, given as microseconds since 1970 */
    COUNT = 'c',  /* a whole number up to LARGEST_COUNT, given as int */
    VALID = 'v',  /* the same, but not given */
    OBJECT = 'o', /* an object that is not empty; that there is one is part of what decides the kind */
    ONLY = 'l',   /* a list of at most one such object; an empty list is like no value */
    EACH = 'e',   /* anything; if it is a list, the fields are those of each object in it */
    NOT = 'd',    /* within EACH: anything but the string in the table */
};

typedef struct {
    const char *name; /* as it is written between the quotes */
    size_t length;
    int parent; /* 0 is the line */
    int sort;
    const char *other; /* of NOT, with its quotes */
    size_t other_length;
} Field;

typedef struct {
    PyObject_HEAD
    PyObject *source; /* the tuple of tuples that the names belong to */
    int count;
    Field fields[MOST_FIELDS + 1]; /* field 0 is the line itself */
    int first[MOST_FIELDS + 2];    /* of each, the first of its children, which stand together */
    uint64_t lengths[MOST_FIELDS + 1]; /* which lengths the names of its children have, modulo 64 */
} View;

typedef struct {
    const unsigned char *start;
    size_t length;
    int64_t number;
} Slot;

typedef struct {
    const unsigned char *at, *end;
    uint64_t met, present; /* bit i - 1: field i */
    Slot slots[MOST_FIELDS + 1];
} Line;

#define BIT(field) ((uint64_t)1 << ((field) - 1))

/* ---- text ---- */

#define ONES 0x0101010101010101ULL
#define HIGH 0x8080808080808080ULL

static int is_hex(unsigned char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Return what follows a character of several bytes, as RFC 3629 has it, or NULL. */
static const unsigned char *after_character(const unsigned char *at, const unsigned char *end)
{
    unsigned char first = *at, low = 0x80, high = 0xbf;
    int more;
    if (first >= 0xc2 && first <= 0xdf)
        more = 1;
    else if (first >= 0xe0 && first <= 0xef) {
        more = 2;
        if (first == 0xe0)
            low = 0xa0;
        else if (first == 0xed)
            high = 0x9f;
    } else if (first >= 0xf0 && first <= 0xf4) {
        more = 3;
        if (first == 0xf0)
            low = 0x90;
        else if (first == 0xf4)
            high = 0x8f;
    } else
        return NULL;
    if (end - at <= more || at[1] < low || at[1] > high)
        return NULL;
    for (int i = 2; i <= more; i++)
        if (at[i] < 0x80 || at[i] > 0xbf)
            return NULL;
    return at + more + 1;
}

/* Return where the quote is that closes a string, or NULL; `at` is behind the one that opens it. */
static const unsigned char *text_end(const unsigned char *at, const unsigned char *end, int *escaped)
{
    for (;;) {
        while (end - at >= 8) {
            uint64_t eight, quote, backslash, special;
            memcpy(&eight, at, 8);
            quote = eight ^ (ONES * '"');
            backslash = eight ^ (ONES * '\\');
            /* Exact for the first byte that is special, which is all that is asked. */
            special = ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) |
                      ((eight - ONES * 0x20) & ~eight) | eight;
            special &= HIGH;
            if (special) {
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
                at += __builtin_ctzll(special) >> 3;
#endif
                break;
            }
            at += 8;
        }
        while (at < end && *at != '"' && *at != '\\' && *at >= 0x20 && *at < 0x80)
            at++;
        if (at == end || *at < 0x20)
            return NULL;
        if (*at == '"')
            return at;
        if (*at == '\\') {
            *escaped = 1;
            if (end - at < 2)
                return NULL;
            if (at[1] == 'u') {
                if (end - at < 6 || !is_hex(at[2]) || !is_hex(at[3]) || !is_hex(at[4]) || !is_hex(at[5]))
                    return NULL;
                at += 6;
            } else if (at[1] && strchr("\"\\/bfnrt", at[1]))
                at += 2;
            else
                return NULL;
        } else {
            do {
                at = after_character(at, end);
            } while (at && at < end && *at >= 0x80);
            if (!at)
                return NULL;
        }
    }
}

/* ---- numbers and moments ---- */

static const unsigned char *digits(const unsigned char *at, const unsigned char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* Return what follows a number, or NULL. */
static const unsigned char *after_number(const unsigned char *at, const unsigned char *end)
{
    const unsigned char *start, *from = at;
    if (at < end && *at == '-')
        at++;
    start = at;
    at = digits(at, end);
    if (at == start || (*start == '0' && at - start > 1))
        return NULL;
    if (at < end && *at == '.') {
        start = ++at;
        at = digits(at, end);
        if (at == start)
            return NULL;
    }
    if (at < end && (*at | 0x20) == 'e') {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        start = at;
        at = digits(at, end);
        if (at == start)
            return NULL;
    }
    return at - from > MOST_DIGITS ? NULL : at;
}

/* Read digits and whatever follows them, which has to be `mark`; return -1 where it is not so. */
static int part(const unsigned char **at, int length, char mark)
{
    int number = 0;
    for (int i = 0; i < length; i++) {
        int digit = *(*at)++ - '0';
        if (digit < 0 || digit > 9)
            return -1;
        number = number * 10 + digit;
    }
    return *(*at)++ == mark ? number : -1;
}

static int moment(const unsigned char *at, size_t length, int64_t *found)
{
    static const int days_before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    int year, month, day, hour, minute, second, thousandth = 0, is_leap, last;
    int64_t days, before;
    if (length != 20 && length != 24)
        return 0;
    year = part(&at, 4, '-');
    month = year < 0 ? -1 : part(&at, 2, '-');
    day = month < 0 ? -1 : part(&at, 2, 'T');
    hour = day < 0 ? -1 : part(&at, 2, ':');
    minute = hour < 0 ? -1 : part(&at, 2, ':');
    second = minute < 0 ? -1 : part(&at, 2, length == 20 ? 'Z' : '.');
    if (length == 24)
        thousandth = second < 0 ? -1 : part(&at, 3, 'Z');
    if (year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 59 || thousandth < 0)
        return 0;
    is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    last = days_before[month] - days_before[month - 1] + (month == 2 && is_leap);
    if (day > last)
        return 0;
    before = year - 1;
    days = before * 365 + before / 4 - before / 100 + before / 400 + days_before[month - 1] +
           (month > 2 && is_leap) + day - 1 - 719162; /* from the first of January 1 to that of 1970 */
    *found = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000000 + (int64_t)thousandth * 1000;
    return 1;
}

/* ---- a line ---- */

static const unsigned char *skip(const unsigned char *at, const unsigned char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

/* Return the field that a key names among those of an object, or 0. */
static int field_of(const View *view, int parent, const unsigned char *name, size_t length)
{
    if (parent < 0 || !(view->lengths[parent] >> (length & 63) & 1))
        return 0;
    for (int i = view->first[parent]; i < view->first[parent + 1]; i++)
        if (view->fields[i].length == length && !memcmp(view->fields[i].name, name, length))
            return i;
    return 0;
}

/* Take a string into its field's slot; false if it is not what the table expects. */
static int take_text(const View *view, Line *line, int field, const unsigned char *start, size_t length, int escaped)
{
    const Field *wanted = &view->fields[field];
    Slot *slot = &line->slots[field];
    switch (wanted->sort) {
    case KIND:
        slot->start = start - 1;
        slot->length = length + 2;
        break;
    case TEXT:
        if (escaped)
            return 0;
        if (!length)
            return 1;
        slot->start = start;
        slot->length = length;
        break;
    case MOMENT:
        if (!moment(start, length, &slot->number))
            return 0;
        break;
    case EACH:
        return 1;
    case NOT:
        return !escaped && (length != wanted->other_length || memcmp(start, wanted->other, length));
    default:
        return 0;
    }
    line->present |= BIT(field);
    return 1;
}

/* Take a number, true, false or null; return what follows it, or NULL. */
static const unsigned char *take_other(const View *view, Line *line, int field, const unsigned char *at)
{
    int sort = field ? view->fields[field].sort : EACH;
    const unsigned char *end = line->end;
    size_t length = end - at >= 4 && !memcmp(at, "true", 4)    ? 4
                    : end - at >= 5 && !memcmp(at, "false", 5) ? 5
                    : end - at >= 4 && !memcmp(at, "null", 4)  ? 4
                                                               : 0;
    if (length) {
        if (*at == 'n' || sort == EACH || sort == NOT)
            return at + length;
        if (sort != KIND)
            return NULL;
        line->slots[field].start = at;
        line->slots[field].length = length;
        line->present |= BIT(field);
        return at + length;
    }
    if (sort == COUNT || sort == VALID) {
        const unsigned char *start = at;
        int64_t number = 0;
        at = digits(at, end);
        if (at == start || at - start > 10 || (*start == '0' && at - start > 1))
            return NULL;
        for (; start < at; start++)
            number = number * 10 + (*start - '0');
        if (number > LARGEST_COUNT || (at < end && (*at == '.' || *at == 'e' || *at == 'E')))
            return NULL;
        line->slots[field].number = number;
        line->present |= BIT(field);
        return at;
    }
    return sort == EACH || sort == NOT ? after_number(at, end) : NULL;
}

/* Read a line from its first brace on; false if it is not an ordinary one. It ends at line->at. */
static int read_line(const View *view, Line *line)
{
    /* Of an object the field whose children its keys are, -1 if nothing is known of them; of a list the same
       less 1000. */
    short inside[MOST_DEPTH];
    int depth = 0, field = 0, here = 0, escaped;
    const unsigned char *at = line->at, *end = line->end, *start;

    line->met = line->present = 0;
    goto object;

value: /* of the field, 0 if it is not known; at is at its beginning */
    if (at == end)
        return 0;
    if (*at == '"') {
        start = at + 1;
        escaped = 0;
        at = text_end(start, end, &escaped);
        if (!at || (field && !take_text(view, line, field, start, at - start, escaped)))
            return 0;
        at++;
    } else if (*at == '{') {
        int sort = field ? view->fields[field].sort : EACH;
        if (sort != OBJECT && sort != EACH && sort != NOT)
            return 0;
        if (sort == OBJECT)
            line->present |= BIT(field);
        here = sort == OBJECT ? field : -1;
        goto object;
    } else if (*at == '[') {
        int sort = field ? view->fields[field].sort : EACH;
        if (sort != ONLY && sort != EACH && sort != NOT)
            return 0;
        here = field && sort != NOT ? field : -1;
        at = skip(at + 1, end);
        if (at < end && *at == ']') {
            at++;
            goto done;
        }
        if (depth == MOST_DEPTH)
            return 0;
        inside[depth++] = (short)(here - 1000);
        goto element;
    } else {
        at = take_other(view, line, field, at);
        if (!at)
            return 0;
    }

done: /* with a value */
    if (!depth) {
        line->at = at;
        return 1;
    }
    here = inside[depth - 1];
    at = skip(at, end);
    if (at == end)
        return 0;
    if (here < -1) {
        here += 1000;
        if (*at == ']') {
            at++;
            depth--;
            goto done;
        }
        if (*at != ',' || (here > 0 && view->fields[here].sort == ONLY))
            return 0;
        at = skip(at + 1, end);
        goto element;
    }
    if (*at == '}') {
        at++;
        depth--;
        goto done;
    }
    if (*at != ',')
        return 0;
    at = skip(at + 1, end);
    goto key;

element: /* of a list; here is its field */
    field = 0;
    if (here > 0 && at < end && *at == '{') {
        line->present |= BIT(here);
        goto object;
    }
    if (here > 0 && view->fields[here].sort == ONLY)
        return 0;
    goto value;

object: /* at is at its brace; here is the field whose children its keys are */
    at = skip(at + 1, end);
    if (at < end && *at == '}') {
        if (here >= 0 && (here == 0 || view->fields[here].sort != EACH))
            return 0;
        at++;
        goto done;
    }
    if (depth == MOST_DEPTH)
        return 0;
    inside[depth++] = (short)here;

key: /* here is as above */
    if (at == end || *at != '"')
        return 0;
    start = at + 1;
    escaped = 0;
    at = text_end(start, end, &escaped);
    if (!at || (escaped && here >= 0))
        return 0;
    field = field_of(view, here, start, at - start);
    if (field) {
        if (line->met & BIT(field) && view->fields[field].sort != NOT)
            return 0;
        line->met |= BIT(field);
    }
    at = skip(at + 1, end);
    if (at == end || *at != ':')
        return 0;
    at = skip(at + 1, end);
    goto value;
}

/* ---- what Python gets ---- */

/* Return what decides the kind of a line, or an empty object where it is too long. */
static PyObject *kind_of(const View *view, const Line *line, uint64_t deciding)
{
    char kind[MOST_KIND + sizeof(uint64_t)];
    size_t size = 0;
    uint64_t there = line->present & deciding;
    for (int i = 1; i <= view->count; i++) {
        if (view->fields[i].sort != KIND || !(line->present & BIT(i)))
            continue;
        const Slot *slot = &line->slots[i];
        if (slot->length > MOST_KIND - size)
            return PyBytes_FromStringAndSize(NULL, 0);
        memcpy(kind + size, slot->start, slot->length);
        size += slot->length;
    }
    memcpy(kind + size, &there, sizeof there);
    return PyBytes_FromStringAndSize(kind, (Py_ssize_t)(size + sizeof there));
}

/* Ask what lines of a kind are: the function gets the strings as they are written, and which objects are there. */
static PyObject *asked(const View *view, const Line *line, PyObject *ask)
{
    PyObject *answer, *given = PyTuple_New(view->count);
    if (!given)
        return NULL;
    for (int i = 1; i <= view->count; i++) {
        const Slot *slot = &line->slots[i];
        int is_there = (line->present & BIT(i)) != 0;
        PyObject *item = is_there && view->fields[i].sort == KIND
                             ? PyBytes_FromStringAndSize((const char *)slot->start, (Py_ssize_t)slot->length)
                             : PyBool_FromLong(is_there);
        if (!item) {
            Py_DECREF(given);
            return NULL;
        }
        PyTuple_SetItem(given, i - 1, item);
    }
    answer = PyObject_CallFunctionObjArgs(ask, given, NULL);
    Py_DECREF(given);
    return answer;
}

/* Return the row of a line of a kind: the kind, number and offset, and the values in the order of the table. */
static PyObject *row_of(const View *view, const Line *line, PyObject *kind, Py_ssize_t number, Py_ssize_t offset, int width)
{
    PyObject *row = PyTuple_New(3 + width);
    int at = 3;
    if (!row)
        return NULL;
    Py_INCREF(kind);
    PyTuple_SetItem(row, 0, kind);
    PyTuple_SetItem(row, 1, PyLong_FromSsize_t(number));
    PyTuple_SetItem(row, 2, PyLong_FromSsize_t(offset));
    for (int i = 1; i <= view->count; i++) {
        const Slot *slot = &line->slots[i];
        PyObject *item;
        int sort = view->fields[i].sort;
        if (sort != TEXT && sort != MOMENT && sort != COUNT)
            continue;
        if (!(line->present & BIT(i))) {
            item = Py_None;
            Py_INCREF(item);
        } else if (sort == TEXT)
            item = PyUnicode_FromStringAndSize((const char *)slot->start, (Py_ssize_t)slot->length);
        else
            item = PyLong_FromLongLong(slot->number);
        PyTuple_SetItem(row, at++, item);
    }
    if (PyErr_Occurred()) {
        Py_DECREF(row);
        return NULL;
    }
    return row;
}

/* Append the row of the line that begins at line->at, if it tells of anything; false with an error set. */
static int add_line(const View *view, Line *line, PyObject *rows, PyObject *kinds, PyObject *ask, uint64_t deciding,
                    int width, Py_ssize_t number, Py_ssize_t offset)
{
    PyObject *row = NULL, *kind = NULL, *key;
    int is_added, is_new = 0;
    if (*line->at == '{' && read_line(view, line)) {
        line->at = skip(line->at, line->end);
        if (line->at == line->end || *line->at == '\n') {
            key = kind_of(view, line, deciding);
            if (!key)
                return 0;
            if (PyBytes_Size(key)) {
                kind = PyDict_GetItemWithError(kinds, key);
                Py_XINCREF(kind);
                if (!kind && !PyErr_Occurred()) {
                    is_new = 1;
                    kind = asked(view, line, ask);
                    if (kind && PyDict_SetItem(kinds, key, kind))
                        Py_CLEAR(kind);
                }
            }
            Py_DECREF(key);
            if (PyErr_Occurred())
                return 0;
        }
    }
    if (kind == Py_False && !is_new) {
        Py_DECREF(kind);
        return 1;
    }
    if (!kind) {
        kind = Py_None;
        Py_INCREF(kind);
    }
    row = kind == Py_None || kind == Py_False ? Py_BuildValue("(Onn)", kind, number, offset) : row_of(view, line, kind, number, offset, width);
    Py_DECREF(kind);
    if (!row)
        return 0;
    is_added = !PyList_Append(rows, row);
    Py_DECREF(row);
    return is_added;
}

static PyObject *View_rows(View *view, PyObject *args)
{
    PyObject *block, *kinds, *ask, *rows;
    Py_ssize_t start, stop, number;
    uint64_t deciding = 0;
    int width = 0;
    Line line;
    const unsigned char *data;
    if (!PyArg_ParseTuple(args, "SnnnO!O:rows", &block, &start, &stop, &number, &PyDict_Type, &kinds, &ask))
        return NULL;
    if (start < 0 || stop > PyBytes_Size(block) || start > stop) {
        PyErr_SetString(PyExc_ValueError, "start and stop are not within the block");
        return NULL;
    }
    for (int i = 1; i <= view->count; i++) {
        int sort = view->fields[i].sort;
        width += sort == TEXT || sort == MOMENT || sort == COUNT;
        if (sort == KIND || sort == OBJECT || sort == ONLY)
            deciding |= BIT(i);
    }
    data = (const unsigned char *)PyBytes_AsString(block);
    rows = PyList_New(0);
    if (!data || !rows) {
        Py_XDECREF(rows);
        return NULL;
    }
    line.end = data + stop;
    for (const unsigned char *from = data + start; from < line.end; number++) {
        const unsigned char *first = skip(from, line.end), *next;
        line.at = first;
        if (first < line.end && *first != '\n' &&
            !add_line(view, &line, rows, kinds, ask, deciding, width, number, from - data)) {
            Py_DECREF(rows);
            return NULL;
        }
        next = line.at < line.end ? memchr(line.at, '\n', line.end - line.at) : NULL;
        from = next ? next + 1 : line.end;
    }
    return Py_BuildValue("(Nn)", rows, number);
}

/* ---- the type and the module ---- */

static int take_field(View *view, int i, PyObject *item)
{
    Field *field = &view->fields[i];
    Py_ssize_t length, other_length;
    if (!PyArg_ParseTuple(item, "y#iiy#", &field->name, &length, &field->parent, &field->sort, &field->other,
                          &other_length))
        return 0;
    field->length = (size_t)length;
    field->other_length = (size_t)other_length;
    if (field->sort < 'a' || field->sort > 'z' || !strchr("nktmcvoled", field->sort) || field->parent < 0 || field->parent >= i ||
        field->parent < view->fields[i - 1].parent) {
        PyErr_SetString(PyExc_ValueError, "a field is of an unknown sort, or not behind its object's neighbours");
        return 0;
    }
    view->lengths[field->parent] |= (uint64_t)1 << (length & 63);
    return 1;
}

static PyObject *View_new(PyTypeObject *type, PyObject *args, PyObject *named)
{
    PyObject *source;
    View *view;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    if (named && PyDict_Size(named)) {
        PyErr_SetString(PyExc_TypeError, "View takes a tuple of fields");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "O!:View", &PyTuple_Type, &source))
        return NULL;
    if (PyTuple_Size(source) > MOST_FIELDS) {
        PyErr_SetString(PyExc_ValueError, "more fields than a view takes");
        return NULL;
    }
    view = (View *)allocate(type, 0);
    if (!view)
        return NULL;
    Py_INCREF(source);
    view->source = source;
    view->count = (int)PyTuple_Size(source);
    for (int i = 1; i <= view->count; i++)
        if (!take_field(view, i, PyTuple_GetItem(source, i - 1))) {
            Py_DECREF(view);
            return NULL;
        }
    for (int parent = 0, i = 1; parent <= view->count + 1; parent++) {
        while (i <= view->count && view->fields[i].parent < parent)
            i++;
        view->first[parent] = i;
    }
    return (PyObject *)view;
}

static void View_dealloc(PyObject *view)
{
    PyTypeObject *type = Py_TYPE(view);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    Py_XDECREF(((View *)view)->source);
    release(view);
    Py_DECREF(type);
}

static PyMethodDef view_methods[] = {
    {"rows", (PyCFunction)(void (*)(void))View_rows, METH_VARARGS, "Return the rows of lines, and the next number."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot view_slots[] = {
    {Py_tp_new, (void *)View_new},
    {Py_tp_dealloc, (void *)View_dealloc},
    {Py_tp_methods, view_methods},
    {Py_tp_doc, "What is taken out of JSON lines."},
    {0, NULL},
};

static PyType_Spec view_spec = {
    .name = "budgetcalc.native.lines.View",
    .basicsize = sizeof(View),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = view_slots,
};

static int fill(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &view_spec, NULL);
    int failed = !type || PyModule_AddObjectRef(module, "View", type);
    Py_XDECREF(type);
    return failed ? -1 : 0;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)fill},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "lines",
    .m_doc = "A typed view of JSON lines.",
    .m_size = 0,
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit_lines(void)
{
    return PyModuleDef_Init(&module);
}
