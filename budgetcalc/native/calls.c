/* Packed calls, held once each and summed.

   How a call is packed is said in packed_calls.py, which calls are one, which are alike and what is made of the others
   is asked of Python: once for each sort of call, or for each call that is not plain.

   No state. Sizes are compared before anything is read, sums before they could grow too large. */

#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030c0000
#endif
#include <Python.h>
#include <stdint.h>
#include <string.h>

/* The layout, as in packed_calls.py. */
enum {
    LONGEST_IDENTITY = 32,
    INDEX = 4, /* of a shape; day and flags follow it */
    DAY_AND_FLAGS = 5,
    NUMBERS = 8, /* repeats and seven counts, at the end of a call of one charge */
    ENTRY = INDEX + DAY_AND_FLAGS + 4 + 8 + 8 + 8 * NUMBERS,
    RECORD = 1 + LONGEST_IDENTITY + ENTRY,
};

static uint64_t number_at(const unsigned char *at, int bytes)
{
    uint64_t number = 0;
    while (bytes--)
        number = number << 8 | at[bytes];
    return number;
}

/* ---- each once ---- */

/* Hold a call under its identity, or add it to those whose identity is held already; false with an error set. */
static int hold_one(PyObject *held, PyObject *met_again, const char *head, const unsigned char *record)
{
    PyObject *identity = PyBytes_FromStringAndSize((const char *)record + 1, record[0]);
    PyObject *entry = PyBytes_FromStringAndSize((const char *)record + 1 + LONGEST_IDENTITY, ENTRY);
    int is_done = 0;
    if (identity && entry) {
        memcpy(PyBytes_AsString(entry), head, INDEX); /* ours alone so far */
        if (PyDict_GetItemWithError(held, identity)) {
            PyObject *pair = PyTuple_Pack(2, identity, entry);
            is_done = pair && !PyList_Append(met_again, pair);
            Py_XDECREF(pair);
        } else if (!PyErr_Occurred())
            is_done = !PyDict_SetItem(held, identity, entry);
    }
    Py_XDECREF(identity);
    Py_XDECREF(entry);
    return is_done;
}

static PyObject *hold(PyObject *module, PyObject *args)
{
    PyObject *held, *heads, *records, *met_again;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!SS", &PyDict_Type, &held, &heads, &records))
        return NULL;
    const unsigned char *at = (const unsigned char *)PyBytes_AsString(records), *end = at + PyBytes_Size(records);
    const char *all_heads = PyBytes_AsString(heads);
    uint64_t count = (uint64_t)PyBytes_Size(heads) / INDEX;
    met_again = PyList_New(0);
    for (; met_again && at < end; at += RECORD) {
        uint64_t shape = end - at < RECORD ? count : number_at(at + 1 + LONGEST_IDENTITY, INDEX);
        if (shape >= count || at[0] > LONGEST_IDENTITY) {
            PyErr_SetString(PyExc_ValueError, "these are no packed calls of these shapes");
            Py_CLEAR(met_again);
        } else if (!hold_one(held, met_again, all_heads + shape * INDEX, at))
            Py_CLEAR(met_again);
    }
    return met_again;
}

/* ---- sums ---- */

typedef struct {
    uint64_t rows, numbers[NUMBERS];
} Sum;

typedef struct {
    PyObject *places, *find, *begin, *other;
    const unsigned char *kinds; /* of each shape, as many bytes as an index has */
    uint64_t shapes;
    Sum *sums;
    Py_ssize_t size;
} Sums;

/* Return where calls of a shape, day and flags are summed: a number, or None; NULL with an error set. */
static PyObject *place_of(Sums *sums, const unsigned char *entry)
{
    char written[INDEX + DAY_AND_FLAGS];
    uint64_t shape = number_at(entry, INDEX);
    PyObject *key, *place;
    if (shape >= sums->shapes) {
        PyErr_SetString(PyExc_ValueError, "a call of no shape that there is");
        return NULL;
    }
    memcpy(written, sums->kinds + shape * INDEX, INDEX);
    memcpy(written + INDEX, entry + INDEX, DAY_AND_FLAGS);
    key = PyBytes_FromStringAndSize(written, sizeof written);
    if (!key)
        return NULL;
    place = Py_XNewRef(PyDict_GetItemWithError(sums->places, key));
    if (!place && !PyErr_Occurred()) {
        long day = (long)(int32_t)(uint32_t)number_at(entry + INDEX, 4);
        place = PyObject_CallFunction(sums->find, "Kli", (unsigned long long)shape, day, (int)entry[INDEX + 4]);
        if (place && PyDict_SetItem(sums->places, key, place))
            Py_CLEAR(place);
    }
    Py_DECREF(key);
    return place;
}

/* Make room for a place; false with an error set. */
static int make_room(Sums *sums, Py_ssize_t place)
{
    Sum *larger;
    if (place < sums->size)
        return 1;
    if (place > sums->size) {
        PyErr_SetString(PyExc_ValueError, "places are numbered one after the other");
        return 0;
    }
    larger = place < PY_SSIZE_T_MAX / (Py_ssize_t)sizeof *larger ? PyMem_Realloc(sums->sums, (size_t)(place + 1) * sizeof *larger)
                                                                 : NULL;
    if (!larger) {
        PyErr_NoMemory();
        return 0;
    }
    memset(larger + place, 0, sizeof *larger);
    sums->sums = larger;
    sums->size++;
    return 1;
}

/* Add a call to a sum; false, and nothing is added, if one of the numbers would grow too large. */
static int add(Sum *sum, const unsigned char *entry)
{
    uint64_t numbers[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
        uint64_t number = number_at(entry + ENTRY - 8 * (NUMBERS - i), 8);
        numbers[i] = sum->numbers[i] + number;
        if (numbers[i] < number)
            return 0;
    }
    memcpy(sum->numbers, numbers, sizeof numbers);
    sum->rows++;
    return 1;
}

/* Call a function for its effect; false with an error set. */
static int told(PyObject *function, PyObject *what)
{
    PyObject *nothing = PyObject_CallFunctionObjArgs(function, what, NULL);
    Py_XDECREF(nothing);
    return nothing != NULL;
}

/* Sum a call or hand it on; false with an error set. */
static int settle_one(Sums *sums, PyObject *entry)
{
    const unsigned char *data = PyBytes_Check(entry) ? (const unsigned char *)PyBytes_AsString(entry) : NULL;
    PyObject *place;
    Py_ssize_t at;
    if (!data || PyBytes_Size(entry) != ENTRY)
        return told(sums->other, entry);
    place = place_of(sums, data);
    if (!place)
        return 0;
    if (place == Py_None) {
        Py_DECREF(place);
        return told(sums->other, entry);
    }
    at = PyLong_AsSsize_t(place);
    if (at < 0) { /* it does not count, or it is no number */
        Py_DECREF(place);
        return !PyErr_Occurred();
    }
    int is_done = make_room(sums, at) && (sums->sums[at].rows || told(sums->begin, place));
    Py_DECREF(place);
    return is_done && (add(&sums->sums[at], data) || told(sums->other, entry));
}

static PyObject *written(const Sums *sums)
{
    PyObject *all = PyList_New(0);
    for (Py_ssize_t i = 0; all && i < sums->size; i++) {
        const uint64_t *n = sums->sums[i].numbers;
        PyObject *one = Py_BuildValue("(KKKKKKKKK)", sums->sums[i].rows, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
        if (!one || PyList_Append(all, one))
            Py_CLEAR(all);
        Py_XDECREF(one);
    }
    return all;
}

static PyObject *settle(PyObject *module, PyObject *args)
{
    PyObject *entries, *kinds, *iterator, *entry, *all = NULL;
    Sums sums = {.size = 0};
    (void)module;
    if (!PyArg_ParseTuple(args, "OSOOO", &entries, &kinds, &sums.find, &sums.begin, &sums.other))
        return NULL;
    sums.kinds = (const unsigned char *)PyBytes_AsString(kinds);
    sums.shapes = (uint64_t)PyBytes_Size(kinds) / INDEX;
    sums.places = PyDict_New();
    iterator = sums.places ? PyObject_GetIter(entries) : NULL;
    while (iterator && (entry = PyIter_Next(iterator))) {
        int is_done = settle_one(&sums, entry);
        Py_DECREF(entry);
        if (!is_done)
            Py_CLEAR(iterator);
    }
    if (iterator && !PyErr_Occurred())
        all = written(&sums);
    Py_XDECREF(iterator);
    Py_XDECREF(sums.places);
    PyMem_Free(sums.sums);
    return all;
}

static PyMethodDef functions[] = {
    {"hold", hold, METH_VARARGS, "Hold packed calls by their identities, and return those whose identity was held."},
    {"settle", settle, METH_VARARGS, "Sum calls that are alike, and hand on the others."},
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
    .m_name = "calls",
    .m_doc = "Packed calls, held once each and summed.",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_calls(void)
{
    return PyModuleDef_Init(&definition);
}
