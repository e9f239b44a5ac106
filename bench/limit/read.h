// What the limit reads and how it is packed: five queries, their rows as structs, and the rows of the result in COPY's form.
#include "wire.h"
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define THREADS 2
#define BITS 252
#define TOP 50
#define FARTHEST 2000
#define CHUNKS 16

typedef struct {
    uint64_t h[4], c[4]; // credentials that count, credentials claimed
    int64_t trainee, at;
    uint64_t ticket;
    const unsigned char *since;
    int32_t wage, free_on;
    uint32_t base; // the row that stands for the person in this trade
    uint16_t zip, trade;
    int16_t reach;
    uint8_t languages, shifts, sincen, evaluated, fresh;
    int8_t license, spare[8];
} Seeker;
_Static_assert(sizeof(Seeker) == 128, "two cache lines a row");
typedef struct {
    int64_t id, organization;
    uint64_t r[4], *any_of; // four words for each group
    int32_t wage, needed_on;
    uint16_t trade, zip;
    int16_t *asked, *groups;
    uint32_t place, placed; // its people in `places`
    uint8_t languages, shifts, groupn, askedn, rule, needn;
    int8_t license;
    unsigned char seed[32];
    struct { uint64_t bit; int word; } need[BITS]; // the required ones, one by one
} Offer;
typedef struct { int64_t opening, trainee, rank, registered; } Place;
typedef struct { uint16_t work, home; int16_t tenths; } Near;
typedef struct { uint32_t count, numbers[1 << 16]; } Names; // numbers given to what is met, in the order it is met
typedef struct { unsigned char *data; size_t size, room; } Bytes;

static Seeker *parts[THREADS]; // as each connection read them
static uint32_t partn[THREADS];
static Offer *offers;
static Place *places;
static Near *nears;
static uint32_t seekern, offern, placen, nearn;
static Names trades, homes, works;
static struct { uint32_t count; char names[4096][64]; } counties;
static uint16_t *county; // of each home
static int16_t home_of[100000], work_of[100000];
static int *trade_order;

static double clock_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

// --- Rows as they come: each field is four bytes of length and its value ---
#define F16() (p += 6, (int16_t)be16(p - 2))
#define F32() (p += 8, (int32_t)be32(p - 4))
#define F64() (p += 12, (int64_t)be64(p - 8))
#define F8() (p += 5, p[-1])

typedef struct { Seeker *rows; uint32_t count, room; uint32_t *trade, *zip; unsigned char *since; Near *near; uint32_t nearn, nearroom; } Mine;

static void on_seeker(void *to, const unsigned char *p) {
    Mine *mine = to;
    if (mine->count == mine->room) {
        mine->room = mine->room ? mine->room * 2 : 1 << 16;
        mine->rows = realloc(mine->rows, mine->room * sizeof(Seeker));
        mine->trade = realloc(mine->trade, mine->room * 4), mine->zip = realloc(mine->zip, mine->room * 4);
    }
    Seeker *s = mine->rows + mine->count;
    p += 2;
    s->trainee = F64(), mine->trade[mine->count] = F32(), s->at = F64(), s->evaluated = F8();
    mine->zip[mine->count++] = F32(), s->reach = F16();
    s->license = F16(), s->languages = F16(), s->shifts = F16(), s->wage = F32(), s->free_on = F32();
    for (int w = 0; w < 4; w++) s->h[w] = F64();
    for (int w = 0; w < 4; w++) s->c[w] = F64();
    s->ticket = F64(), s->fresh = F8();
    uint32_t size = be32(p);
    s->since = mine->since, s->sincen = size / 2;
    memcpy(mine->since, p + 4, size), mine->since += size;
}

static int16_t *shorts_of(const unsigned char **at, uint8_t *count) {
    const unsigned char *p = *at + 4;
    *at = p + be32(*at);
    *count = be32(p) ? be32(p + 12) : 0;
    int16_t *found = malloc(*count * 2 + 1);
    p += 20;
    for (int i = 0; i < *count; i++) found[i] = F16();
    return found;
}

static void on_offer(void *to, const unsigned char *p) {
    Offer *o = offers + offern++;
    uint64_t first[4];
    (void)to, p += 2;
    o->id = F64(), o->organization = F64();
    uint32_t trade = F32(), zip = F32();
    for (o->trade = 0; o->trade < trades.count && trades.numbers[o->trade] != trade;) o->trade++;
    if (o->trade == trades.count) trades.numbers[trades.count++] = trade;
    if (work_of[zip] < 0) work_of[zip] = works.count, works.numbers[works.count++] = zip;
    o->zip = work_of[zip];
    o->license = F16(), o->languages = F16(), o->shifts = F16(), o->wage = F32(), o->needed_on = F32();
    for (int w = 0; w < 4; w++) o->r[w] = F64();
    for (int w = 0; w < 4; w++)
        for (uint64_t left = o->r[w]; left; left &= left - 1) o->need[o->needn].bit = left & -left, o->need[o->needn++].word = w;
    for (int w = 0; w < 4; w++) first[w] = F64();
    o->rule = F16();
    memcpy(o->seed, p + 4, 32), p += 36;
    const unsigned char *more = p + 4;
    uint32_t words = be32(more) ? be32(more + 12) : 0;
    int any = (first[0] | first[1] | first[2] | first[3]) != 0;
    p = more + be32(p);
    o->groupn = any + words / 4, o->any_of = malloc((words + 4) * 8);
    if (any) memcpy(o->any_of, first, 32);
    for (uint32_t i = 0; i < words; i++) o->any_of[4 * any + i] = be64(more + 20 + 12 * i + 4);
    uint8_t same;
    o->asked = shorts_of(&p, &o->askedn), o->groups = shorts_of(&p, &same);
}

static void on_place(void *to, const unsigned char *p) {
    Place *place = places + placen++;
    (void)to, p += 2;
    place->opening = F64(), place->trainee = F64(), place->rank = F64(), place->registered = F64();
    place->registered += 946684800000000;
}

static void on_zip(void *to, const unsigned char *p) {
    (void)to, p += 2;
    uint32_t zip = F32(), size = be32(p), n = 0;
    if (home_of[zip] < 0) return;
    if (size > 63) fail("county", "a name longer than 63 bytes");
    char name[64] = {0};
    memcpy(name, p + 4, size);
    while (n < counties.count && strcmp(counties.names[n], name)) n++;
    if (n == counties.count) strcpy(counties.names[counties.count++], name);
    county[home_of[zip]] = n;
}

static void on_near(void *to, const unsigned char *p) {
    Mine *mine = to;
    p += 2;
    uint32_t work = F32(), home = F32();
    int16_t tenths = F16();
    if (work_of[work] < 0 || home_of[home] < 0) return;
    if (mine->nearn == mine->nearroom) {
        mine->nearroom = mine->nearroom ? mine->nearroom * 2 : 1 << 16;
        mine->near = realloc(mine->near, mine->nearroom * sizeof(Near));
    }
    mine->near[mine->nearn++] = (Near){work_of[work], home_of[home], tenths};
}

static void on_number(void *to, const unsigned char *p) { p += 2, *(int64_t *)to = F64(); }

// --- Both connections read: the small tables first, then the seekers in parts, then how far ZIP codes are ---
typedef struct { Line *line; Mine mine; int day; } Reader;
static atomic_int next_job;
static int64_t pages, near_pages, offer_count, place_count;
static int farthest;

static void *read_rows(void *argument) {
    Reader *reader = argument;
    char sql[1024];
    for (int job; (job = next_job++) < CHUNKS + 2;) {
        if (job == 0) {
            snprintf(sql, sizeof sql, "SELECT opening_id, organization_id, trade, zip, license, languages, shifts, wage, needed_on, "
                     "r0, r1, r2, r3, a0, a1, a2, a3, order_rule, seed, more, asked, groups FROM matching_offer "
                     "WHERE last_on >= date '2000-01-01' + %d ORDER BY opening_id", reader->day);
            copy_out(reader->line, sql, on_offer, NULL);
        } else if (job == 1) {
            copy_out(reader->line, "SELECT opening_id, trainee_id, coalesce(rank, -1)::bigint, registered_at "
                     "FROM openings_listplace ORDER BY opening_id, trainee_id", on_place, NULL);
        } else {
            snprintf(sql, sizeof sql, "SELECT trainee_id, trade, at, evaluated, zip, reach, license, languages, shifts, wage, "
                     "free_on, h0, h1, h2, h3, c0, c1, c2, c3, ticket, turns_on > date '2000-01-01' + %d, since "
                     "FROM matching_seeker WHERE ctid >= '(%ld,0)' AND ctid < '(%ld,0)'",
                     reader->day, pages * (job - 2) / CHUNKS, pages * (job - 1) / CHUNKS);
            copy_out(reader->line, sql, on_seeker, &reader->mine);
        }
    }
    return NULL;
}

static void *read_near(void *argument) {
    Reader *reader = argument;
    char sql[512];
    for (int job; (job = next_job++) < CHUNKS;) {
        snprintf(sql, sizeof sql, "SELECT work, home, tenths FROM matching_near WHERE tenths <= %d "
                 "AND ctid >= '(%ld,0)' AND ctid < '(%ld,0)'", farthest,
                 near_pages * job / CHUNKS, near_pages * (job + 1) / CHUNKS);
        copy_out(reader->line, sql, on_near, &reader->mine);
    }
    return NULL;
}

static void both(Reader *readers, void *(*what)(void *)) {
    pthread_t other;
    next_job = 0;
    pthread_create(&other, NULL, what, readers + 1);
    what(readers);
    pthread_join(other, NULL);
}


static int64_t trade_work[1 << 12];
static int by_work(const void *a, const void *b) {
    int64_t x = trade_work[*(const int *)a], y = trade_work[*(const int *)b];
    return x < y ? 1 : x > y ? -1 : 0;
}

static void number_of(Line *line, const char *query, int64_t *to) { copy_out(line, query, on_number, to); }

// Everything read and packed: people of trades nobody offers are left behind, ZIP codes and trades become small numbers.
static void read_all(Line *line[THREADS], int day) {
    Reader readers[THREADS] = {{.line = line[0], .day = day}, {.line = line[1], .day = day}};
    for (int i = 0; i < 100000; i++) home_of[i] = work_of[i] = -1;
    number_of(line[0], "SELECT pg_relation_size('matching_seeker') / 8192 + 1", &pages);
    number_of(line[0], "SELECT pg_relation_size('matching_near') / 8192 + 1", &near_pages);
    number_of(line[0], "SELECT count(*) FROM matching_offer", &offer_count);
    number_of(line[0], "SELECT count(*) FROM openings_listplace", &place_count);
    offers = calloc(offer_count + 1, sizeof *offers), places = malloc((place_count + 1) * sizeof *places);
    // Memory is only promised here; pages nobody writes cost nothing.
    for (int i = 0; i < THREADS; i++) readers[i].mine.since = malloc(1ul << 30);
    both(readers, read_rows);
    for (uint32_t i = 0, next = 0; i < offern; i++) {
        while (next < placen && places[next].opening < offers[i].id) next++;
        offers[i].place = next;
        while (next < placen && places[next].opening == offers[i].id) next++;
        offers[i].placed = next;
    }
    static uint32_t known[1 << 12], index[1 << 12];
#define SLOT(trade) ((trade) * 2654435761u >> 20)
    for (uint32_t i = 0; i < trades.count; i++) {
        uint32_t slot = SLOT(trades.numbers[i]);
        while (known[slot]) slot = (slot + 1) & 4095;
        known[slot] = trades.numbers[i], index[slot] = i;
    }
    for (int i = 0; i < THREADS; i++) {
        Mine *mine = &readers[i].mine;
        parts[i] = mine->rows;
        for (uint32_t n = 0; n < mine->count; n++) {
            uint32_t slot = SLOT(mine->trade[n]), zip = mine->zip[n];
            while (known[slot] && known[slot] != mine->trade[n]) slot = (slot + 1) & 4095;
            if (!known[slot]) continue;
            if (home_of[zip] < 0) home_of[zip] = homes.count, homes.numbers[homes.count++] = zip;
            Seeker *s = parts[i] + partn[i]++;
            if (s != mine->rows + n) *s = mine->rows[n];
            if (s->reach > farthest) farthest = s->reach;
            s->trade = index[slot], s->zip = home_of[zip];
            trade_work[index[slot]]++;
        }
        seekern += partn[i];
        free(mine->trade), free(mine->zip);
    }
    both(readers, read_near);
    nears = malloc((readers[0].mine.nearn + readers[1].mine.nearn + 1) * sizeof *nears);
    for (int i = 0; i < THREADS; i++) {
        memcpy(nears + nearn, readers[i].mine.near, readers[i].mine.nearn * sizeof *nears);
        nearn += readers[i].mine.nearn;
        free(readers[i].mine.near);
    }
    county = calloc(homes.count + 1, sizeof *county), counties.count = 1; // the first is unknown
    copy_out(line[0], "SELECT code::integer, county FROM accounts_zip", on_zip, NULL);
    // The largest trades first, so that both threads end at about the same time.
    int64_t *offered = calloc(trades.count + 1, sizeof *offered);
    trade_order = malloc((trades.count + 1) * sizeof *trade_order);
    for (uint32_t i = 0; i < offern; i++) offered[offers[i].trade]++;
    for (uint32_t i = 0; i < trades.count; i++) trade_order[i] = i, trade_work[i] *= offered[i];
    qsort(trade_order, trades.count, sizeof *trade_order, by_work);
    free(offered);
}

// --- Rows of the result in COPY's form ---
static unsigned char *more(Bytes *bytes, size_t size) {
    if (bytes->size + size > bytes->room) {
        bytes->room = bytes->room ? bytes->room * 2 : 1 << 20;
        bytes->data = realloc(bytes->data, bytes->room);
    }
    bytes->size += size;
    return bytes->data + bytes->size - size;
}

static void put_top(Bytes *to, int64_t opening, int place, int64_t trainee, int tenths, int64_t key) {
    unsigned char *p = put16(more(to, 50), 5);
    p = put64(put32(p, 8), opening), p = put16(put32(p, 2), place), p = put64(put32(p, 8), trainee);
    p = put16(put32(p, 2), tenths), put64(put32(p, 8), key);
}

static void put_short(Bytes *to, int64_t opening, int bit, int people) {
    unsigned char *p = put16(more(to, 28), 3);
    p = put64(put32(p, 8), opening), p = put16(put32(p, 2), bit), put32(put32(p, 4), people);
}

static void put_gap(Bytes *to, int county, int trade, int bit, int people, int64_t pairs) {
    const char *name = counties.names[county];
    size_t size = strlen(name);
    unsigned char *p = put16(more(to, 40 + size), 5);
    p = put32(p, size), memcpy(p, name, size), p += size;
    p = put32(put32(p, 4), trade), p = put16(put32(p, 2), bit), p = put32(put32(p, 4), people), put64(put32(p, 8), pairs);
}
