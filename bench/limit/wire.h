// PostgreSQL's own protocol over its socket, no library between: simple queries, binary COPY out and in.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ROOM (1 << 20)

typedef struct { int fd; unsigned char *in, *out; size_t at, end, used; } Line;
typedef void (*OnRow)(void *to, const unsigned char *row);

static void fail(const char *what, const char *why) { fprintf(stderr, "%s: %s\n", what, why); exit(1); }
static uint16_t be16(const void *p) { uint16_t v; memcpy(&v, p, 2); return __builtin_bswap16(v); }
static uint32_t be32(const void *p) { uint32_t v; memcpy(&v, p, 4); return __builtin_bswap32(v); }
static uint64_t be64(const void *p) { uint64_t v; memcpy(&v, p, 8); return __builtin_bswap64(v); }
static unsigned char *put16(unsigned char *p, uint16_t v) { v = __builtin_bswap16(v); memcpy(p, &v, 2); return p + 2; }
static unsigned char *put32(unsigned char *p, uint32_t v) { v = __builtin_bswap32(v); memcpy(p, &v, 4); return p + 4; }
static unsigned char *put64(unsigned char *p, uint64_t v) { v = __builtin_bswap64(v); memcpy(p, &v, 8); return p + 8; }

static void flush(Line *line) {
    for (size_t sent = 0; sent < line->used;) {
        ssize_t n = write(line->fd, line->out + sent, line->used - sent);
        if (n <= 0) fail("write", "the server hung up");
        sent += n;
    }
    line->used = 0;
}

static void say(Line *line, const void *data, size_t size) {
    if (line->used + size > ROOM) flush(line);
    if (size > ROOM) fail("say", "a message longer than the room");
    memcpy(line->out + line->used, data, size);
    line->used += size;
}

// The next message whole: its kind, its body and the body's size. The body stays valid until the next call.
static char hear(Line *line, unsigned char **body, size_t *size) {
    size_t need = 5;
    for (;;) {
        if (line->end - line->at >= 5) need = 1 + (size_t)be32(line->in + line->at + 1);
        if (need > ROOM) fail("hear", "a message longer than the room");
        if (line->end - line->at >= need) break;
        if (line->at + need > ROOM || line->at == line->end) {
            memmove(line->in, line->in + line->at, line->end - line->at);
            line->end -= line->at, line->at = 0;
        }
        ssize_t n = read(line->fd, line->in + line->end, ROOM - line->end);
        if (n <= 0) fail("read", "the server hung up");
        line->end += n;
    }
    char kind = line->in[line->at];
    *body = line->in + line->at + 5, *size = need - 5;
    line->at += need;
    if (kind == 'E') {
        for (unsigned char *field = *body; *field; field += strlen((char *)field) + 1)
            if (*field == 'M') fail("PostgreSQL", (char *)field + 1);
    }
    return kind;
}

static void until(Line *line, char wanted) {
    unsigned char *body;
    size_t size;
    while (hear(line, &body, &size) != wanted) {}
}

static Line *dial(const char *path, const char *database) {
    Line *line = calloc(1, sizeof *line);
    struct sockaddr_un there = {.sun_family = AF_UNIX};
    snprintf(there.sun_path, sizeof there.sun_path, "%s", path);
    line->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    line->in = malloc(ROOM), line->out = malloc(ROOM);
    if (connect(line->fd, (struct sockaddr *)&there, sizeof there)) fail("connect", path);
    unsigned char hello[256], *p = put32(hello + 4, 196608);
    p += sprintf((char *)p, "user%cpostgres%cdatabase%c%s", 0, 0, 0, database) + 1;
    *p++ = 0;
    put32(hello, p - hello);
    say(line, hello, p - hello);
    flush(line);
    until(line, 'Z');
    return line;
}

static void ask(Line *line, const char *sql) {
    unsigned char head[5] = {'Q'};
    put32(head + 1, strlen(sql) + 5);
    say(line, head, 5);
    say(line, sql, strlen(sql) + 1);
    flush(line);
}

static void run(Line *line, const char *sql) { ask(line, sql), until(line, 'Z'); }

// COPY (query) TO STDOUT in binary, each row handed on as it comes.
static void copy_out(Line *line, const char *query, OnRow on_row, void *to) {
    char sql[2048];
    snprintf(sql, sizeof sql, "COPY (%s) TO STDOUT (FORMAT binary)", query);
    ask(line, sql);
    unsigned char *body;
    size_t size, skip = 19; // the first message begins with the format's header
    for (char kind; (kind = hear(line, &body, &size)) != 'Z';) {
        if (kind != 'd') continue;
        if (size > skip && be16(body + skip) != 0xffff) on_row(to, body + skip);
        skip = 0;
    }
}

static void copy_in(Line *line, const char *table) {
    char sql[256];
    snprintf(sql, sizeof sql, "COPY %s FROM STDIN (FORMAT binary)", table);
    ask(line, sql);
    until(line, 'G');
    say(line, "d\0\0\0\x17PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 24);
}

// Rows already in COPY's format, in messages of a size the server likes.
static void copy_rows(Line *line, const unsigned char *rows, size_t size) {
    for (size_t part; size; rows += part, size -= part) {
        unsigned char head[5] = {'d'};
        part = size < 65536 ? size : 65536;
        put32(head + 1, part + 4);
        say(line, head, 5);
        say(line, rows, part);
    }
}

static void copy_end(Line *line) {
    say(line, "d\0\0\0\6\377\377c\0\0\0\4", 12);
    flush(line);
    until(line, 'Z');
}
