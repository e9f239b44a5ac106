// The writers of the open loop: each transaction at its moment, over a few connections. What can be known before the
// clock starts, bench/writers.py has worked out: here is only waiting, saying, and filling in what PostgreSQL gave.
//
// Read from stdin, in words that each end with a zero byte:
//     connection, how many writers, where to ring (a descriptor, or -1), which id to tell
//     how many statements; each: its text, how many ids it gives, how many values it takes and the type of each
//     how many events; each: the seconds until it is due, the values of all its statements
// A value begins with '-' (NULL), '=' (its text) or '~': text with holes, each of them byte 1 and a character, counted
// from '0', which is the moment; '1' is the first id given so far. An id is the last column of its row.
//
// Printed: the second the clock started, then the id to tell of each event, in their order. The first error ends
// everything, and PostgreSQL's words about it go to stderr.
#include <libpq-fe.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HOLES 64    // the moment, and ids
#define ID 40       // bytes: a number, or a moment
#define ROOM 262144 // bytes: the values with holes of one statement

typedef char Ids[HOLES][ID];
typedef struct { char name[16], *text; int ids, values; Oid *types; } Statement;
typedef struct { double due; char **values, told[ID]; } Event;

static Statement *statements;
static Event *events;
static int said, coming, told, bell;
static char *here, *end; // what is left to read
static struct timespec start;
static atomic_int next_event;

static void fail(const char *why) {
    fprintf(stderr, "%s\n", why);
    _exit(1);
}

static void *many(size_t count, size_t size) {
    void *found = calloc(count + 1, size);
    if (!found) fail("no memory");
    return found;
}

// --- What is to be said ----------------------------------------------------------------------------------------------
static void read_all(void) {
    size_t size = 0, room = 1 << 20, got;
    char *all = many(room, 1);
    while ((got = fread(all + size, 1, room - size, stdin)) > 0)
        if ((size += got) == room && !(all = realloc(all, room *= 2))) fail("no memory");
    here = all, end = all + size;
}

static char *word(void) {
    char *found = here, *zero = memchr(here, 0, end - here);
    if (!zero) fail("the input ends too early");
    here = zero + 1;
    return found;
}

static int number(void) { return atoi(word()); }

static void read_statements(void) {
    statements = many(said = number(), sizeof *statements);
    int ids = 1; // the first hole is the moment
    for (Statement *s = statements; s < statements + said; s++) {
        snprintf(s->name, sizeof s->name, "said_%d", (int)(s - statements));
        s->text = word(), ids += s->ids = number(), s->values = number();
        s->types = many(s->values, sizeof *s->types);
        for (int i = 0; i < s->values; i++) s->types[i] = number();
    }
    if (ids > HOLES || told >= ids) fail("more ids than there are holes, or one to tell that is not given");
}

static void read_events(void) {
    int values = 0;
    for (int i = 0; i < said; i++) values += statements[i].values;
    events = many(coming = number(), sizeof *events);
    char **all = many((size_t)coming * values, sizeof *all);
    for (Event *e = events; e < events + coming; e++) {
        e->due = atof(word()), e->values = all, all += values;
        for (int i = 0; i < values; i++) e->values[i] = word();
    }
}

// --- Saying it -------------------------------------------------------------------------------------------------------
static PGresult *done(PGconn *line, PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(PQerrorMessage(line));
    return result;
}

static PGconn *connected(const char *where) {
    PGconn *line = PQconnectdb(where);
    if (PQstatus(line) != CONNECTION_OK) fail(PQerrorMessage(line));
    for (Statement *s = statements; s < statements + said; s++)
        PQclear(done(line, PQprepare(line, s->name, s->text, s->values, s->types)));
    return line;
}

static void wait_until(double seconds) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double left = seconds - (now.tv_sec - start.tv_sec) - (now.tv_nsec - start.tv_nsec) / 1e9;
    if (left <= 0) return;
    struct timespec pause = {.tv_sec = (time_t)left, .tv_nsec = (long)((left - (time_t)left) * 1e9)};
    while (nanosleep(&pause, &pause)) continue;
}

static void moment(char *text) {
    struct timespec now;
    struct tm day;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &day);
    size_t size = strftime(text, ID, "%Y-%m-%d %H:%M:%S", &day);
    snprintf(text + size, ID - size, ".%06ld+00", now.tv_nsec / 1000);
}

// The value as it is said; one with holes is filled in at `*room`, which moves behind it.
static const char *filled(const char *value, Ids ids, char **room, const char *last) {
    if (*value == '-') return NULL;
    if (*value++ == '=') return value;
    char *begin = *room, *to = begin;
    for (; *value; value++) {
        if (last - to <= ID) fail("the values with holes are too long");
        if (*value != 1) *to++ = *value;
        else to = stpcpy(to, ids[*++value - '0']);
    }
    *to++ = 0, *room = to;
    return begin;
}

static void say(PGconn *line, Event *event, char *room) {
    Ids ids;
    int given = 1;
    char **value = event->values;
    moment(ids[0]);
    PQclear(done(line, PQexec(line, "BEGIN")));
    for (Statement *s = statements; s < statements + said; s++) {
        const char *values[s->values + 1];
        char *free = room;
        for (int i = 0; i < s->values; i++) values[i] = filled(*value++, ids, &free, room + ROOM);
        PGresult *result = done(line, PQexecPrepared(line, s->name, s->values, values, NULL, NULL, 0));
        if (PQntuples(result) < s->ids) fail("a statement gives fewer ids than when it was recorded");
        for (int row = 0; row < s->ids; row++)
            snprintf(ids[given++], ID, "%s", PQgetvalue(result, row, PQnfields(result) - 1));
        PQclear(result);
    }
    PQclear(done(line, PQexec(line, "COMMIT")));
    if (bell >= 0 && write(bell, ".", 1) != 1) fail("nobody hears the bell");
    memcpy(event->told, ids[told], ID);
}

static void *writer(void *line) {
    char *room = many(ROOM, 1);
    // In front of everybody, where that is allowed: whoever brings a certificate in does not wait for the cores of this
    // machine either. What PostgreSQL does with it waits its turn as ever.
    pthread_setschedparam(pthread_self(), SCHED_RR, &(struct sched_param){.sched_priority = 1});
    for (int number; (number = atomic_fetch_add(&next_event, 1)) < coming;) {
        wait_until(events[number].due);
        say(line, &events[number], room);
    }
    PQfinish(line);
    free(room);
    return NULL;
}

int main(void) {
    read_all();
    char *where = word();
    int writers = number();
    bell = number(), told = number();
    read_statements();
    read_events();
    PGconn *lines[writers];
    pthread_t threads[writers];
    for (int i = 0; i < writers; i++) lines[i] = connected(where);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    clock_gettime(CLOCK_REALTIME, &now);
    for (int i = 0; i < writers; i++)
        if (pthread_create(&threads[i], NULL, writer, lines[i])) fail("no thread");
    for (int i = 0; i < writers; i++) pthread_join(threads[i], NULL);
    printf("%lld.%06ld\n", (long long)now.tv_sec, now.tv_nsec / 1000);
    for (int i = 0; i < coming; i++) puts(events[i].told);
    return 0;
}
