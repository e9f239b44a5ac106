// The limit: what the full rematch costs when nothing is done but the work itself. Binary COPY out of the projections on
// two connections, packed rows indexed by trade and ZIP code, the rules as this file has them, COPY of the three result
// tables in and their primary keys, committed. Built by bench/peer_limit.py for the machine it runs on.
//
//     limit SOCKET DATABASE DAYS        DAYS is the day as days since 2000-01-01; prints one line of JSON
//
// The rules and their words are those of matching/sql/pair.sql and ordered.sql.
#include "read.h"
#include "sha256.h"

typedef struct { int32_t wage, free_on; uint8_t license, languages, shifts, fresh, alone; } Gates;
typedef struct { int64_t trainee, at; uint64_t ticket; uint32_t since; uint16_t zip, trade; uint8_t sincen, evaluated; } Who;
typedef struct { int64_t key; uint32_t row; int16_t tenths; } Fit;
typedef struct { Fit fit; unsigned char draw[32]; } Drawn;
typedef struct { int64_t trainee, key; int16_t tenths; } Placed;
typedef struct { int32_t people; int16_t bit; } Short;
typedef struct { Placed *top; Short *shorts; int tops, shortn; } Result;

// People in the order of trade, home and reach, the farthest travelling first; what is looked at together lies together.
static uint32_t *start; // of each (trade, home)
static int16_t *reach;
static Gates *gates;
static uint64_t (*held)[4], (*known)[4]; // what counts; what counts or is claimed
static Who *who;
static unsigned char *since;
static uint32_t *base;       // the row that stands for the person in this trade
static uint64_t (*lacks)[4]; // of each person in each trade: credentials each of which would complete an opening
static uint32_t *own, ownn;  // rows as one employer's candidates, by trade and trainee
static uint32_t *near_start;
static struct { uint16_t home; int16_t tenths; } *near;
static Result *results;
static atomic_int next_trade;
static atomic_long candidates, fitting, nearly;
static Bytes gaps[THREADS];

static int by_key(const void *a, const void *b) {
    const Drawn *x = a, *y = b;
    return x->fit.key != y->fit.key ? (x->fit.key < y->fit.key ? -1 : 1) : memcmp(x->draw, y->draw, 32);
}

// The key of the last of the first TOP, by quickselect.
static int64_t kth_key(const Fit *fits, int count) {
    static _Thread_local int64_t *keys;
    static _Thread_local int room;
    if (count > room) keys = realloc(keys, (room = 2 * count) * sizeof *keys);
    for (int i = 0; i < count; i++) keys[i] = fits[i].key;
    for (int low = 0, high = count - 1, k = TOP - 1;;) {
        if (low >= high) return keys[k];
        int64_t pivot = keys[low + (high - low) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (keys[i] < pivot) i++;
            while (keys[j] > pivot) j--;
            if (i <= j) {
                int64_t other = keys[i];
                keys[i++] = keys[j], keys[j--] = other;
            }
        }
        if (k <= j) high = j;
        else if (k >= i) low = i;
        else return keys[k];
    }
}

static int64_t certified(const Offer *o, uint32_t row) {
    const unsigned char *days = since + who[row].since;
    int latest = -1;
    if (!o->askedn) {
        for (int i = 0; i < who[row].sincen; i++) {
            int day = be16(days + 2 * i);
            if (latest < 0 || day < latest) latest = day;
        }
        return latest < 0 ? INT64_MAX : latest;
    }
    for (int i = 0, first = -1; i < o->askedn; i++) {
        int word = o->asked[i] / 63, spot = o->asked[i] % 63;
        if (held[row][word] >> spot & 1) {
            int rank = __builtin_popcountll(held[row][word] & ((1ull << spot) - 1));
            for (int w = 0; w < word; w++) rank += __builtin_popcountll(held[row][w]);
            int day = be16(days + 2 * rank);
            if (first < 0 || day < first) first = day;
        }
        if (i + 1 == o->askedn || o->groups[i + 1] != o->groups[i]) {
            if (first < 0) return INT64_MAX;
            if (first > latest) latest = first;
            first = -1;
        }
    }
    return latest;
}

static int64_t key_of(const Offer *o, uint32_t row) {
    if (o->rule == 3) return 0;
    if (o->rule == 0) return certified(o, row);
    for (uint32_t low = o->place, high = o->placed; low < high;) {
        uint32_t middle = (low + high) / 2;
        if (places[middle].trainee == who[row].trainee) {
            int64_t key = o->rule == 1 ? places[middle].rank : places[middle].registered;
            return key < 0 ? INT64_MAX : key;
        }
        if (places[middle].trainee < who[row].trainee) low = middle + 1;
        else high = middle;
    }
    return INT64_MAX;
}

static int by_person(const void *a, const void *b) {
    const Who *x = who + *(const uint32_t *)a, *y = who + *(const uint32_t *)b;
    if (x->trade != y->trade) return x->trade < y->trade ? -1 : 1;
    return x->trainee < y->trainee ? -1 : x->trainee > y->trainee;
}

static uint32_t own_first(uint32_t row) {
    uint32_t low = 0, high = ownn;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (by_person(own + middle, &row) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

// An employer's evaluation counts there only: the row as seen by this organization, if the person has one, else by all.
static int seen(const Offer *o, uint32_t row) {
    if (who[row].at) return who[row].at == o->organization;
    for (uint32_t i = own_first(row); i < ownn && !by_person(own + i, &row); i++)
        if (who[own[i]].at == o->organization) return 0;
    return 1;
}

static void keep_first(Result *result, const Offer *o, Fit *fits, int count) {
    // Draws are needed only among those whose key could still be among the first.
    if (count > TOP) {
        int64_t edge = kth_key(fits, count);
        int kept = 0;
        for (int i = 0; i < count; i++)
            if (fits[i].key <= edge) fits[kept++] = fits[i];
        count = kept;
    }
    Drawn *drawn = malloc(count * sizeof *drawn + 1);
    for (int i = 0; i < count; i++) drawn[i].fit = fits[i], sha256_40(o->seed, who[fits[i].row].ticket, drawn[i].draw);
    qsort(drawn, count, sizeof *drawn, by_key);
    if (count > TOP) count = TOP;
    result->top = malloc(count * sizeof *result->top + 1), result->tops = count;
    for (int i = 0; i < count; i++)
        result->top[i] = (Placed){who[drawn[i].fit.row].trainee, drawn[i].fit.key, drawn[i].fit.tenths};
    free(drawn);
}

// How each license, set of languages and set of shifts stands: 0 met, 1 not known, 2 missing.
typedef struct { uint8_t license[8], languages[256], shifts[256]; } Stands;

static void stand(Stands *is, const Offer *o) {
    for (int has = -1; has < 4; has++) is->license[has + 1] = !o->license || has >= o->license ? 0 : has < 0 ? 1 : 2;
    for (int has = 0; has < 256; has++) {
        is->languages[has] = !(o->languages & ~has) ? 0 : has ? 2 : 1;
        is->shifts[has] = !o->shifts || (o->shifts & has) ? 0 : has ? 2 : 1;
    }
}

static void match(Result *result, const Offer *o, Fit **fits, size_t *room, int64_t (*pairs)[BITS]) {
    int count = 0;
    long looked = 0, short_of_one = 0;
    int32_t people[BITS] = {0};
    Stands is;
    stand(&is, o);
    for (uint32_t n = near_start[o->zip]; n < near_start[o->zip + 1]; n++) {
        uint32_t bucket = o->trade * homes.count + near[n].home, end = start[bucket + 1];
        for (uint32_t row = start[bucket]; row < end && reach[row] >= near[n].tenths; row++) {
            const Gates *g = gates + row;
            looked++;
            int stands = is.license[g->license] | is.languages[g->languages] | is.shifts[g->shifts];
            if ((stands & 2) | (g->wage > o->wage) | (g->free_on > o->needed_on) | !g->fresh) continue;
            const uint64_t *all = known[row], *mine = held[row];
            uint64_t wanted[4] = {0};
            int lacking = 0;
            for (int i = 0; i < o->needn; i++) lacking += !(all[o->need[i].word] & o->need[i].bit);
            if (lacking > 1) continue;
            for (int i = 0; i < o->groupn; i++) {
                const uint64_t *one = o->any_of + 4 * i;
                if ((one[0] & mine[0]) | (one[1] & mine[1]) | (one[2] & mine[2]) | (one[3] & mine[3])) continue;
                if ((one[0] & all[0]) | (one[1] & all[1]) | (one[2] & all[2]) | (one[3] & all[3])) { stands = 1; continue; }
                lacking++;
                for (int w = 0; w < 4; w++) wanted[w] |= one[w];
            }
            if (lacking > 1 || (!g->alone && !seen(o, row))) continue;
            if (lacking) {
                int64_t *here = pairs[county[near[n].home]];
                short_of_one++;
                for (int w = 0; w < 4; w++) {
                    wanted[w] |= o->r[w] & ~all[w];
                    lacks[base[row]][w] |= wanted[w];
                    for (uint64_t left = wanted[w]; left; left &= left - 1) {
                        int bit = 63 * w + __builtin_ctzll(left);
                        people[bit]++, here[bit]++;
                    }
                }
            } else {
                for (int i = 0; i < o->needn; i++) stands |= !(mine[o->need[i].word] & o->need[i].bit);
                if (stands) continue;
                if ((size_t)count == *room) *fits = realloc(*fits, (*room *= 2) * sizeof **fits);
                (*fits)[count++] = (Fit){key_of(o, row), row, near[n].tenths};
            }
        }
    }
    candidates += looked;
    fitting += count;
    nearly += short_of_one;
    keep_first(result, o, *fits, count);
    for (int bit = 0; bit < BITS; bit++) result->shortn += people[bit] > 0;
    result->shorts = malloc(result->shortn * sizeof *result->shorts + 1);
    for (int bit = 0, n = 0; bit < BITS; bit++)
        if (people[bit]) result->shorts[n++] = (Short){people[bit], bit};
}

static void *work(void *number) {
    size_t room = 4096;
    Fit *fits = malloc(room * sizeof *fits);
    int64_t (*pairs)[BITS] = malloc(counties.count * sizeof *pairs);
    int32_t (*people)[BITS] = malloc(counties.count * sizeof *people);
    Bytes *gap = gaps + (intptr_t)number;
    for (int turn; (turn = next_trade++) < (int)trades.count;) {
        int trade = trade_order[turn];
        memset(pairs, 0, counties.count * sizeof *pairs);
        memset(people, 0, counties.count * sizeof *people);
        for (uint32_t i = 0; i < offern; i++)
            if (offers[i].trade == trade) match(results + i, offers + i, &fits, &room, pairs);
        for (uint32_t row = start[trade * homes.count]; row < start[(trade + 1) * homes.count]; row++)
            for (int w = 0; w < 4; w++)
                for (uint64_t left = lacks[row][w]; left; left &= left - 1)
                    people[county[who[row].zip]][63 * w + __builtin_ctzll(left)]++;
        for (uint32_t c = 0; c < counties.count; c++)
            for (int bit = 0; bit < BITS; bit++)
                if (people[c][bit]) put_gap(gap, c, trades.numbers[trade], bit, people[c][bit], pairs[c][bit]);
    }
    return NULL;
}

// People by (trade, home), the farthest travelling first: two counting sorts of their numbers, then one move each.
static uint32_t *sorted;
static const Seeker *seeker(uint32_t i) { return i < partn[0] ? parts[0] + i : parts[1] + i - partn[0]; }

static void *move(void *number) {
    uint32_t from = (uint64_t)seekern * (intptr_t)number / THREADS, to = (uint64_t)seekern * ((intptr_t)number + 1) / THREADS;
    for (uint32_t i = from; i < to; i++) {
        const Seeker *s = seeker(sorted[i]);
        __builtin_prefetch(seeker(sorted[i + 16 < to ? i + 16 : i]));
        reach[i] = s->reach, base[i] = i;
        gates[i] = (Gates){s->wage, s->free_on, s->license + 1, s->languages, s->shifts, s->fresh, !s->at && !s->evaluated};
        who[i] = (Who){s->trainee, s->at, s->ticket, who[i].since, s->zip, s->trade, s->sincen, s->evaluated};
        for (int w = 0; w < 4; w++) held[i][w] = s->h[w], known[i][w] = s->h[w] | s->c[w];
        memcpy(since + who[i].since, s->since, 2 * s->sincen);
    }
    return NULL;
}

static void in_both(void *(*what)(void *)) {
    pthread_t threads[THREADS];
    for (intptr_t i = 0; i < THREADS; i++) pthread_create(threads + i, NULL, what, (void *)i);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

static void index_rows(void) {
    uint32_t n = seekern, buckets = trades.count * homes.count, *order = malloc(4 * n + 4), size = 0;
    uint32_t *by_reach = calloc(FARTHEST + 2, 4);
    sorted = malloc(4 * n + 4);
    for (uint32_t i = 0; i < n; i++) by_reach[FARTHEST - seeker(i)->reach + 1]++;
    for (int i = 0; i <= FARTHEST; i++) by_reach[i + 1] += by_reach[i];
    for (uint32_t i = 0; i < n; i++) order[by_reach[FARTHEST - seeker(i)->reach]++] = i;
    start = calloc(buckets + 2, 4);
#define BUCKET(i) (seeker(i)->trade * homes.count + seeker(i)->zip)
    for (uint32_t i = 0; i < n; i++) start[BUCKET(i) + 2]++;
    for (uint32_t i = 0; i <= buckets; i++) start[i + 1] += start[i];
    for (uint32_t i = 0; i < n; i++) sorted[start[BUCKET(order[i]) + 1]++] = order[i];
    reach = malloc(2 * n + 2), gates = malloc(n * sizeof *gates + 1), who = malloc(n * sizeof *who + 1);
    held = aligned_alloc(64, n * 32 + 64), known = aligned_alloc(64, n * 32 + 64);
    lacks = calloc(n + 1, sizeof *lacks), base = malloc(4 * n + 4), own = malloc(4 * n + 4);
    for (uint32_t i = 0; i < n; i++) who[i].since = size, size += 2 * seeker(sorted[i])->sincen;
    since = malloc(size + 1);
    in_both(move);
    for (uint32_t i = 0; i < n; i++)
        if (who[i].at) own[ownn++] = i;
    qsort(own, ownn, 4, by_person);
    for (uint32_t i = 0; i < n; i++)
        if (who[i].evaluated)
            for (uint32_t k = own_first(i); k < ownn && !by_person(own + k, &i); k++) base[own[k]] = i;
    free(order), free(by_reach), free(sorted);
}

static void index_near(void) {
    near_start = calloc(works.count + 2, 4);
    for (uint32_t i = 0; i < nearn; i++) near_start[nears[i].work + 2]++;
    for (uint32_t i = 0; i <= works.count; i++) near_start[i + 1] += near_start[i];
    near = malloc(nearn * sizeof *near + 4);
    for (uint32_t i = 0; i < nearn; i++) {
        uint32_t at = near_start[nears[i].work + 1]++;
        near[at].home = nears[i].home, near[at].tenths = nears[i].tenths;
    }
}

static void write_down(Line *line, double *copied) {
    Bytes top = {0}, shorts = {0};
    for (uint32_t i = 0; i < offern; i++) {
        for (int n = 0; n < results[i].tops; n++)
            put_top(&top, offers[i].id, n + 1, results[i].top[n].trainee, results[i].top[n].tenths, results[i].top[n].key);
        for (int n = 0; n < results[i].shortn; n++)
            put_short(&shorts, offers[i].id, results[i].shorts[n].bit, results[i].shorts[n].people);
    }
    run(line, "BEGIN");
    run(line, "DROP TABLE IF EXISTS limit_top, limit_short, limit_gap");
    run(line, "CREATE TABLE limit_top (opening_id bigint NOT NULL, place smallint NOT NULL, trainee_id bigint NOT NULL, "
              "tenths smallint NOT NULL, key bigint NOT NULL)");
    run(line, "CREATE TABLE limit_short (opening_id bigint NOT NULL, bit smallint NOT NULL, people integer NOT NULL)");
    run(line, "CREATE TABLE limit_gap (county varchar NOT NULL, trade integer NOT NULL, bit smallint NOT NULL, "
              "people integer NOT NULL, pairs bigint NOT NULL)");
    copy_in(line, "limit_top"), copy_rows(line, top.data, top.size), copy_end(line);
    copy_in(line, "limit_short"), copy_rows(line, shorts.data, shorts.size), copy_end(line);
    copy_in(line, "limit_gap");
    for (int i = 0; i < THREADS; i++) copy_rows(line, gaps[i].data, gaps[i].size);
    copy_end(line);
    *copied = clock_s();
    run(line, "ALTER TABLE limit_top ADD PRIMARY KEY (opening_id, place)");
    run(line, "ALTER TABLE limit_short ADD PRIMARY KEY (opening_id, bit)");
    run(line, "ALTER TABLE limit_gap ADD PRIMARY KEY (county, trade, bit)");
    run(line, "COMMIT");
}

int main(int argc, char **argv) {
    if (argc != 4) fail("limit", "SOCKET DATABASE DAYS");
    double begun = clock_s();
    Line *line[THREADS];
    for (int i = 0; i < THREADS; i++) line[i] = dial(argv[1], argv[2]), run(line[i], "SET statement_timeout = 0");
    read_all(line, atoi(argv[3]));
    double had = clock_s();
    index_rows(), index_near();
    results = calloc(offern, sizeof *results);
    double indexed = clock_s();
    in_both(work);
    double matched = clock_s(), copied;
    write_down(line[0], &copied);
    double done = clock_s();
    printf("{\"read_s\": %.4f, \"index_s\": %.4f, \"kernel_s\": %.4f, \"write_s\": %.4f, \"key_s\": %.4f, \"total_s\": %.4f, "
           "\"candidates\": %ld, \"fits\": %ld, \"one_short\": %ld}\n",
           had - begun, indexed - had, matched - indexed, copied - matched, done - copied, done - begun,
           candidates, fitting, nearly);
    return 0;
}
