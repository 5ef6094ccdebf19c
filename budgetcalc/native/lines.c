/* A typed view of JSON lines, and the calls they tell of: what a table names is taken out of each line, everything else
   is checked and skipped; neighbouring lines of one call become one packed call.

   The tables come from Python, and so does every rule: this file knows JSON, what a table can say, and how a packed call
   is laid out (packed_calls.py). A line that is not what the tables expect, or no JSON, or JSON that it is not sure of, is
   handed back as it is: being unsure is always right. Strings that decide of what kind a line is are not decoded here but
   compared as they are written; Python is asked once for each kind.

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
    MOST_READINGS = 64,
    MOST_CHECKS = 8,   /* of a reading */
    MOST_REMARKS = 8,  /* the same; the bits that a set of them takes */
    RECENT = 4,        /* kinds that are at hand: lines of few kinds alternate */
};
#define LARGEST_COUNT 4294967294
#define DAY ((int64_t)24 * 60 * 60 * 1000000)
#define EPOCH_DAY 719163 /* 1970-01-01, from 0001-01-01 as 1 */

/* A packed call, as in packed_calls.py. */
enum {
    LONGEST_IDENTITY = 32,
    RECORD = 1 + LONGEST_IDENTITY + 4 + 4 + 1 + 4 + 8 + 8 + 8 + 7 * 8,
    PLAIN = 1,
    KNOWS_THINKING = 2,
};

/* What a table can say of the value of a key; null is like no value. */
enum {
    NONE = 'n',   /* there is none */
    KIND = 'k',   /* a string, true or false: as it is written, part of what decides the line's kind */
    TEXT = 't',   /* a string without escapes; the empty one is like no value */
    MOMENT = 'm', /* the same; of a call it is YYYY-MM-DDTHH:MM:SS[.mmm]Z, taken as microseconds since 1970 */
    COUNT = 'c',  /* a whole number up to LARGEST_COUNT */
    VALID = 'v',  /* the same, but no reading takes it */
    OBJECT = 'o', /* an object that is not empty; that there is one is part of what decides the kind */
    ONLY = 'l',   /* a list of at most one object; the empty list is like no value, otherwise as OBJECT */
    EACH = 'e',   /* anything; in a list the fields are those of each of its objects */
    NOT = 'd',    /* within EACH: anything but a certain string */
};
#define SORTS "nktmcvoled"
#define DECIDING "kol"

typedef struct {
    const char *name, *other; /* the key as it is written between its quotes; the string of NOT */
    Py_ssize_t length, other_length;
    int parent, sort;
} Field;

typedef struct {
    Field fields[MOST_FIELDS + 1]; /* field 0 is the line itself */
    int first[MOST_FIELDS + 2];    /* of each field the first of its own, which stand together */
    unsigned char of_length[MOST_FIELDS + 1][64]; /* the first of those whose name has a length, modulo 64; or 0 */
    uint64_t deciding, kinds; /* bit i - 1: field i decides a kind, is KIND */
    int count;
} View;

/* The counts of a call, in their order. THINKING is one more than what is given. */
enum { FRESH, FIVE, HOUR, READ, OUTPUT, THINKING, SEARCHES, COUNTS };

/* What has to hold of three fields. */
enum {
    SUM_WHERE_THERE = 's', /* where the first is there, it is the sum of the others */
    SUM = '=',             /* the first is the sum of the others */
    AT_MOST = '<',         /* the first is at most the second */
};
typedef struct {
    int sort, first, second, third;
} Check;

/* How the lines of some kinds are read: fields by their numbers; a field that is absent, and field 0, is zero. */
typedef struct {
    int identity, request, moment; /* request 0: any */
    int counts[COUNTS];
    uint64_t needed; /* fields without which a line is unusual */
    Check checks[MOST_CHECKS];
    struct {
        int field;
        long long least, most;
    } remarks[MOST_REMARKS]; /* remark i is said of a call whose field lies between */
    int check_count, remark_count;
} Reading;

typedef struct {
    View view;
    Reading readings[MOST_READINGS];
    int reading_count;
    long long earliest, behind_latest; /* moments of ordinary lines */
    unsigned long long largest_prompt; /* of a plain call */
    PyObject *digest;                  /* makes a short identity of a long one */
    PyObject *given;                   /* what keeps all that this points to */
} Table;

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
    PyObject *known, *ask; /* the kinds, by what decides them; who is asked for others */
    struct {
        unsigned char written[MOST_KIND];
        Py_ssize_t size;
        PyObject *kind; /* a reference of our own, or NULL */
    } recent[RECENT];
    int next;
} Kinds;

typedef struct {
    const unsigned char *identity, *request; /* within the block; no request: any */
    Py_ssize_t identity_length, request_length;
    long long what; /* stands for what many calls share */
    unsigned remarks;
    int64_t moment;
    Py_ssize_t number; /* of its first line */
    uint64_t repeats, counts[COUNTS];
} Call;

/* The calls of the lines since the last unusual one. */
typedef struct {
    Call call; /* the last one, which the next line may tell of too */
    int has_call, is_any;
    Py_ssize_t told;  /* lines that told of a call */
    PyObject *shapes; /* from what calls share to its number among them */
    unsigned char *records;
    Py_ssize_t size, room;
} Packing;

#define BIT(field) ((uint64_t)1 << ((field) - 1))

/* ---- values ---- */

static int is_hex(unsigned char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

#ifdef __SSE2__
/* Mark bytes that are quotes, backslashes, or control characters. */
static inline __m128i specials(__m128i some)
{
    __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(some, _mm_set1_epi8('"')), _mm_cmpeq_epi8(some, _mm_set1_epi8('\\')));
    return _mm_or_si128(marks, _mm_cmpeq_epi8(_mm_min_epu8(some, _mm_set1_epi8(31)), some));
}
#endif

/* Step over bytes that need no look, up to some that may. */
static inline const unsigned char *plain_end(const unsigned char *at, const unsigned char *end, int *is_ascii)
{
#ifdef __SSE2__
    __m128i all = _mm_setzero_si128();
    for (; end - at >= 64; at += 64) { /* four at once, as long as there is nothing to look at */
        const __m128i *from = (const __m128i *)at;
        __m128i one = _mm_loadu_si128(from), two = _mm_loadu_si128(from + 1);
        __m128i three = _mm_loadu_si128(from + 2), four = _mm_loadu_si128(from + 3);
        __m128i found = _mm_or_si128(_mm_or_si128(specials(one), specials(two)),
                                     _mm_or_si128(specials(three), specials(four)));
        if (_mm_movemask_epi8(found))
            break;
        all = _mm_or_si128(all, _mm_or_si128(_mm_or_si128(one, two), _mm_or_si128(three, four)));
    }
    for (; end - at >= 16; at += 16) {
        __m128i some = _mm_loadu_si128((const __m128i *)at);
        unsigned found = (unsigned)_mm_movemask_epi8(specials(some));
        if (found) {
            int before = __builtin_ctz(found);
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

/* Read digits that stand in a text; `*is_good` becomes 0 if one is none. */
static int digits_at(const unsigned char *text, int count, int *is_good)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        *is_good &= text[i] >= '0' && text[i] <= '9';
        number = number * 10 + text[i] - '0';
    }
    return number;
}

static int read_moment(const unsigned char *text, Py_ssize_t length, int64_t *found)
{
    static const int days_before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    int year, month, day, hour, minute, second, thousandths = 0, is_leap, is_good;
    int64_t days;
    if ((length != 20 && length != 24) || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || text[length - 1] != 'Z')
        return 0;
    is_good = length == 20 || text[19] == '.';
    year = digits_at(text, 4, &is_good);
    month = digits_at(text + 5, 2, &is_good);
    day = digits_at(text + 8, 2, &is_good);
    hour = digits_at(text + 11, 2, &is_good);
    minute = digits_at(text + 14, 2, &is_good);
    second = digits_at(text + 17, 2, &is_good);
    if (length == 24)
        thousandths = digits_at(text + 20, 3, &is_good);
    is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (!is_good || year < 1 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59 || day < 1 ||
        day > days_before[month] - days_before[month - 1] + (month == 2 && is_leap))
        return 0;
    days = (int64_t)(year - 1) * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    days += days_before[month - 1] + (month > 2 && is_leap) + day - EPOCH_DAY;
    *found = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000000 + thousandths * 1000;
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
    case MOMENT:
        if (is_escaped)
            return 0;
        if (!length)
            return 1;
        line->values[field].start = line->at;
        line->values[field].length = length;
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
    int i = view->of_length[parent][length & 63];
    for (; i && i < view->first[parent + 1]; i++)
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

/* ---- kinds ---- */

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

/* Write what decides a line's kind, and return its size; 0 if it is too long. */
static Py_ssize_t write_kind(const View *view, const Line *line, unsigned char written[MOST_KIND])
{
    uint64_t deciding = line->present & view->deciding, left = deciding & view->kinds;
    Py_ssize_t size = sizeof deciding;
    memcpy(written, &deciding, sizeof deciding);
    for (int i = 1; left; i++, left >>= 1) {
        if (!(left & 1))
            continue;
        if (line->values[i].length > MOST_KIND - size)
            return 0;
        memcpy(written + size, line->values[i].start, (size_t)line->values[i].length);
        size += line->values[i].length;
    }
    return size;
}

/* Return the kind of a line, borrowed: what Python said of it, None where it is unusual, NULL with an error set. */
static PyObject *kind_of(const View *view, const Line *line, Kinds *kinds)
{
    unsigned char written[MOST_KIND];
    Py_ssize_t size = write_kind(view, line, written);
    PyObject *key, *kind;
    if (!size)
        return Py_None;
    for (int i = 0; i < RECENT; i++)
        if (kinds->recent[i].kind && kinds->recent[i].size == size &&
            !memcmp(kinds->recent[i].written, written, (size_t)size))
            return kinds->recent[i].kind;
    key = PyBytes_FromStringAndSize((const char *)written, size);
    if (!key)
        return NULL;
    kind = Py_XNewRef(PyDict_GetItemWithError(kinds->known, key));
    if (!kind && !PyErr_Occurred()) {
        kind = ask(view, line, kinds->ask);
        if (kind && PyDict_SetItem(kinds->known, key, kind))
            Py_CLEAR(kind);
    }
    Py_DECREF(key);
    if (!kind)
        return NULL;
    Py_XDECREF(kinds->recent[kinds->next].kind);
    kinds->recent[kinds->next].kind = kind;
    kinds->recent[kinds->next].size = size;
    memcpy(kinds->recent[kinds->next].written, written, (size_t)size);
    kinds->next = (kinds->next + 1) % RECENT;
    return kind;
}

/* ---- calls ---- */

static uint64_t number_of(const Line *line, int field)
{
    return field && line->present & BIT(field) ? (uint64_t)line->values[field].number : 0;
}

static int holds(const Line *line, const Check *check)
{
    uint64_t first = number_of(line, check->first), second = number_of(line, check->second);
    if (check->sort == AT_MOST)
        return first <= second;
    if (check->sort == SUM_WHERE_THERE && !(check->first && line->present & BIT(check->first)))
        return 1;
    return first == second + number_of(line, check->third);
}

/* Read a line's call; false if it is unusual. */
static int read_call(const Table *table, const Reading *reading, const Line *line, Call *call)
{
    if ((line->present & reading->needed) != reading->needed)
        return 0;
    if (!read_moment(line->values[reading->moment].start, line->values[reading->moment].length, &call->moment))
        return 0;
    if (call->moment < table->earliest || call->moment >= table->behind_latest)
        return 0;
    for (int i = 0; i < reading->check_count; i++)
        if (!holds(line, &reading->checks[i]))
            return 0;
    for (int i = 0; i < COUNTS; i++)
        call->counts[i] = number_of(line, reading->counts[i]);
    if (reading->counts[THINKING] && line->present & BIT(reading->counts[THINKING]))
        call->counts[THINKING]++;
    call->remarks = 0;
    for (int i = 0; i < reading->remark_count; i++) {
        long long number = (long long)number_of(line, reading->remarks[i].field);
        if (number >= reading->remarks[i].least && number <= reading->remarks[i].most)
            call->remarks |= 1u << i;
    }
    call->identity = line->values[reading->identity].start;
    call->identity_length = line->values[reading->identity].length;
    call->request = NULL;
    call->request_length = 0;
    if (reading->request && line->present & BIT(reading->request)) {
        call->request = line->values[reading->request].start;
        call->request_length = line->values[reading->request].length;
    }
    call->repeats = 0;
    return 1;
}

/* Whether two lines tell of one call and can be made one here: lifetimes of cache writes belong together, so that they
   have to be equal. */
static int is_same(const Call *one, const Call *two)
{
    return one->what == two->what && one->identity_length == two->identity_length &&
           one->request_length == two->request_length && !one->request == !two->request &&
           one->counts[FIVE] == two->counts[FIVE] && one->counts[HOUR] == two->counts[HOUR] &&
           !memcmp(one->identity, two->identity, (size_t)one->identity_length) &&
           (!one->request || !memcmp(one->request, two->request, (size_t)one->request_length));
}

/* Make a call one with what another line told of it. */
static void merge(Call *call, const Call *other)
{
    if (other->moment < call->moment)
        call->moment = other->moment;
    for (int i = 0; i < COUNTS; i++)
        if (other->counts[i] > call->counts[i])
            call->counts[i] = other->counts[i];
    call->remarks &= other->remarks;
    call->repeats++;
}

/* Return the number of what a call shares with others among that of the packing; -1 with an error set. */
static long long shape_of(Packing *packing, const Call *call)
{
    PyObject *key = PyLong_FromLongLong(call->what << MOST_REMARKS | call->remarks), *found;
    long long index = -1;
    if (!key)
        return -1;
    found = PyDict_GetItemWithError(packing->shapes, key);
    if (found)
        index = PyLong_AsLongLong(found);
    else if (!PyErr_Occurred()) {
        PyObject *new = PyLong_FromSsize_t(PyDict_Size(packing->shapes));
        if (new && !PyDict_SetItem(packing->shapes, key, new))
            index = PyLong_AsLongLong(new);
        Py_XDECREF(new);
    }
    Py_DECREF(key);
    return index;
}

static unsigned char *put(unsigned char *at, uint64_t value, int bytes)
{
    for (; bytes--; value >>= 8)
        *at++ = (unsigned char)value;
    return at;
}

/* Write a call's identity as its length and bytes; false with an error set. */
static int put_identity(const Table *table, const Call *call, unsigned char at[1 + LONGEST_IDENTITY])
{
    const char *text = (const char *)call->identity;
    Py_ssize_t length = call->identity_length;
    PyObject *digest = NULL;
    if (length >= LONGEST_IDENTITY) {
        char *made;
        digest = PyObject_CallFunction(table->digest, "N", PyUnicode_FromStringAndSize(text, length));
        if (!digest || PyBytes_AsStringAndSize(digest, &made, &length)) {
            Py_XDECREF(digest);
            return 0;
        }
        text = made;
        length = length > LONGEST_IDENTITY ? LONGEST_IDENTITY : length;
    }
    memset(at, 0, 1 + LONGEST_IDENTITY);
    at[0] = (unsigned char)length;
    memcpy(at + 1, text, (size_t)length);
    Py_XDECREF(digest);
    return 1;
}

/* Return what tells the requests of one identity apart: 0 for any, as `packed_calls.fingerprint`. */
static int fingerprint(const Call *call, uint64_t *found)
{
    PyObject *text;
    Py_hash_t hash;
    *found = 0;
    if (!call->request)
        return 1;
    text = PyUnicode_FromStringAndSize((const char *)call->request, call->request_length);
    hash = text ? PyObject_Hash(text) : -1;
    Py_XDECREF(text);
    *found = (uint64_t)hash | 1;
    return hash != -1;
}

/* Write the packed call that no further line tells of; false with an error set. */
static int end_call(const Table *table, Packing *packing)
{
    const Call *call = &packing->call;
    const uint64_t *counts = call->counts;
    uint64_t request, prompt = counts[FRESH] + counts[FIVE] + counts[HOUR] + counts[READ];
    int64_t day = call->moment / DAY - (call->moment % DAY < 0) + EPOCH_DAY;
    int flags = counts[SEARCHES] || prompt > table->largest_prompt ? 0 : counts[THINKING] ? PLAIN | KNOWS_THINKING : PLAIN;
    long long shape;
    unsigned char *at;
    if (!packing->has_call)
        return 1;
    packing->has_call = 0;
    if (packing->room - packing->size < RECORD) {
        Py_ssize_t room = packing->room ? packing->room * 2 : 64 * RECORD;
        at = room > packing->room ? PyMem_Realloc(packing->records, (size_t)room) : NULL;
        if (!at) {
            PyErr_NoMemory();
            return 0;
        }
        packing->records = at;
        packing->room = room;
    }
    at = packing->records + packing->size;
    shape = shape_of(packing, call);
    if (shape < 0 || !put_identity(table, call, at) || !fingerprint(call, &request))
        return 0;
    at = put(at + 1 + LONGEST_IDENTITY, (uint64_t)shape, 4);
    at = put(at, (uint64_t)day, 4);
    at = put(at, (uint64_t)flags, 1);
    at = put(at, (uint64_t)call->number, 4);
    at = put(at, (uint64_t)call->moment, 8);
    at = put(at, request, 8);
    at = put(at, call->repeats, 8);
    for (int i = 0; i < COUNTS; i++)
        at = put(at, counts[i], 8);
    packing->size += RECORD;
    return 1;
}

/* Add the calls since the last unusual line to what is found; false with an error set. */
static int end_packing(const Table *table, Packing *packing, PyObject *found)
{
    PyObject *piece;
    int is_added;
    if (!packing->told && !packing->is_any)
        return 1;
    if (!end_call(table, packing))
        return 0;
    piece = Py_BuildValue("(nNN)", packing->told, packing->shapes,
                          PyBytes_FromStringAndSize((const char *)packing->records, packing->size));
    packing->shapes = NULL; /* the piece's, or gone */
    is_added = piece && !PyList_Append(found, piece);
    Py_XDECREF(piece);
    packing->told = packing->is_any = 0;
    packing->size = 0;
    packing->shapes = is_added ? PyDict_New() : NULL;
    return packing->shapes != NULL;
}

/* Add the line at line->at: to the calls if it is ordinary, or else as it is; false with an error set. */
static int add_line(const Table *table, Line *line, Kinds *kinds, Packing *packing, Py_ssize_t number, Py_ssize_t offset,
                    PyObject *found)
{
    PyObject *kind = Py_None, *place;
    Call call;
    int is_added;
    if (*line->at == '{' && read_line(&table->view, line) && number <= LARGEST_COUNT) {
        kind = kind_of(&table->view, line, kinds);
        if (!kind)
            return 0;
    }
    if (kind == Py_False) {
        packing->is_any = 1;
        return 1;
    }
    if (kind != Py_None) {
        long long said = PyLong_AsLongLong(kind);
        if (said < 0 || said >= LARGEST_COUNT) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "a kind is None, False, or a number");
            return 0;
        }
        call.what = said / table->reading_count;
        call.number = number;
        if (read_call(table, &table->readings[said % table->reading_count], line, &call)) {
            packing->told++;
            if (packing->has_call && is_same(&packing->call, &call)) {
                merge(&packing->call, &call);
                return 1;
            }
            if (!end_call(table, packing))
                return 0;
            packing->call = call;
            packing->has_call = 1;
            return 1;
        }
    }
    if (!end_packing(table, packing, found))
        return 0;
    place = Py_BuildValue("(nn)", number, offset);
    is_added = place && !PyList_Append(found, place);
    Py_XDECREF(place);
    return is_added;
}

/* ---- tables ---- */

static int read_fields(View *view, PyObject *table)
{
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
        if (!view->of_length[field->parent][field->length & 63])
            view->of_length[field->parent][field->length & 63] = (unsigned char)i;
        view->kinds |= field->sort == KIND ? BIT(i) : 0;
        view->deciding |= strchr(DECIDING, field->sort) ? BIT(i) : 0;
    }
    for (int parent = 0, i = 1; parent < MOST_FIELDS + 2; parent++) {
        while (i <= view->count && view->fields[i].parent < parent)
            i++;
        view->first[parent] = i;
    }
    return 1;
}

/* Whether a number is that of a field of a sort, or 0 where that is allowed. */
static int is_field(const View *view, int field, int sort, int may_be_none)
{
    return field == 0 ? may_be_none : field > 0 && field <= view->count && view->fields[field].sort == sort;
}

static int read_reading(const View *view, Reading *reading, PyObject *said)
{
    PyObject *checks, *remarks;
    int *counts = reading->counts, needed[2], is_good;
    if (!PyArg_ParseTuple(said, "iii(iiiiiii)(ii)O!O!", &reading->identity, &reading->request, &reading->moment,
                          &counts[0], &counts[1], &counts[2], &counts[3], &counts[4], &counts[5], &counts[6],
                          &needed[0], &needed[1], &PyTuple_Type, &checks, &PyTuple_Type, &remarks))
        return 0;
    is_good = is_field(view, reading->identity, TEXT, 0) && is_field(view, reading->request, TEXT, 1) &&
              is_field(view, needed[0], COUNT, 0) && is_field(view, needed[1], COUNT, 0) &&
              is_field(view, reading->moment, MOMENT, 0) && PyTuple_Size(checks) <= MOST_CHECKS &&
              PyTuple_Size(remarks) <= MOST_REMARKS;
    for (int i = 0; is_good && i < COUNTS; i++)
        is_good = is_field(view, counts[i], COUNT, 1);
    for (int i = 0; is_good && i < (reading->check_count = (int)PyTuple_Size(checks)); i++) {
        Check *check = &reading->checks[i];
        if (!PyArg_ParseTuple(PyTuple_GetItem(checks, i), "Ciii", &check->sort, &check->first, &check->second,
                              &check->third))
            return 0;
        is_good = (check->sort == SUM_WHERE_THERE || check->sort == SUM || check->sort == AT_MOST) &&
                  is_field(view, check->first, COUNT, 1) && is_field(view, check->second, COUNT, 1) &&
                  is_field(view, check->third, COUNT, 1);
    }
    for (int i = 0; is_good && i < (reading->remark_count = (int)PyTuple_Size(remarks)); i++) {
        int *field = &reading->remarks[i].field;
        if (!PyArg_ParseTuple(PyTuple_GetItem(remarks, i), "iLL", field, &reading->remarks[i].least,
                              &reading->remarks[i].most))
            return 0;
        is_good = is_field(view, *field, COUNT, 1);
    }
    if (!is_good) {
        PyErr_SetString(PyExc_ValueError, "a reading names a field that is none of its sort");
        return 0;
    }
    reading->needed = BIT(reading->identity) | BIT(reading->moment) | BIT(needed[0]) | BIT(needed[1]);
    return 1;
}

static int read_table(Table *table, PyObject *given)
{
    PyObject *fields, *readings;
    if (!PyArg_ParseTuple(given, "O!O!(LLK)O", &PyTuple_Type, &fields, &PyTuple_Type, &readings, &table->earliest,
                          &table->behind_latest, &table->largest_prompt, &table->digest) ||
        !read_fields(&table->view, fields))
        return 0;
    if (!PyTuple_Size(readings) || PyTuple_Size(readings) > MOST_READINGS) {
        PyErr_SetString(PyExc_ValueError, "the table has too many readings, or none");
        return 0;
    }
    table->reading_count = (int)PyTuple_Size(readings);
    for (int i = 0; i < table->reading_count; i++)
        if (!read_reading(&table->view, &table->readings[i], PyTuple_GetItem(readings, i)))
            return 0;
    return 1;
}

/* ---- what Python calls ---- */

static const char of_table[] = "budgetcalc.native.lines.table";

static void free_table(PyObject *capsule)
{
    Table *table = PyCapsule_GetPointer(capsule, of_table);
    if (table)
        Py_DECREF(table->given);
    PyMem_Free(table);
}

static PyObject *table(PyObject *module, PyObject *args)
{
    Table *made = PyMem_Calloc(1, sizeof *made);
    PyObject *capsule = NULL;
    (void)module;
    if (!made)
        return PyErr_NoMemory();
    if (read_table(made, args))
        capsule = PyCapsule_New(made, of_table, free_table);
    if (capsule)
        made->given = Py_NewRef(args);
    else
        PyMem_Free(made);
    return capsule;
}

static PyObject *calls(PyObject *module, PyObject *args)
{
    PyObject *capsule, *block, *found;
    Py_ssize_t start, stop, number;
    const Table *by;
    Kinds kinds = {.next = 0};
    Packing packing = {.told = 0};
    Line line;
    (void)module;
    if (!PyArg_ParseTuple(args, "OSnnnO!O", &capsule, &block, &start, &stop, &number, &PyDict_Type, &kinds.known,
                          &kinds.ask))
        return NULL;
    by = PyCapsule_GetPointer(capsule, of_table);
    if (!by)
        return NULL;
    if (start < 0 || start > stop || stop > PyBytes_Size(block)) {
        PyErr_SetString(PyExc_ValueError, "the lines are not within the block");
        return NULL;
    }
    const unsigned char *data = (const unsigned char *)PyBytes_AsString(block), *from = data + start, *next;
    found = PyList_New(0);
    packing.shapes = found ? PyDict_New() : NULL;
    if (!packing.shapes)
        Py_CLEAR(found);
    line.end = data + stop;
    for (; found && from < line.end; number++) {
        line.at = skip(from, line.end);
        if (line.at < line.end && *line.at != '\n' &&
            !add_line(by, &line, &kinds, &packing, number, from - data, found))
            Py_CLEAR(found);
        next = line.at < line.end ? memchr(line.at, '\n', (size_t)(line.end - line.at)) : NULL;
        from = next ? next + 1 : line.end;
    }
    if (found && !end_packing(by, &packing, found))
        Py_CLEAR(found);
    Py_XDECREF(packing.shapes);
    PyMem_Free(packing.records);
    for (int i = 0; i < RECENT; i++)
        Py_XDECREF(kinds.recent[i].kind);
    return found ? Py_BuildValue("(Nn)", found, number) : NULL;
}

static PyMethodDef functions[] = {
    {"table", table, METH_VARARGS, "Return tables as they are read by."},
    {"calls", calls, METH_VARARGS, "Return the packed calls of lines, and the number of the line behind them."},
    {NULL, NULL, 0, NULL},
};

static int fill_module(PyObject *module)
{
    return PyModule_AddIntConstant(module, "TABLES", 2);
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
