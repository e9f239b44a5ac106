// SHA-256 of 40 bytes (an opening's seed and a person's ticket): one block, with the processor's own instructions if any.
#include <stdint.h>
#include <string.h>
#ifdef __SHA__
#include <immintrin.h>
#endif

static const uint32_t K[64] __attribute__((aligned(64))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
static const uint32_t START[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static void block(uint32_t state[8], const unsigned char data[64]) {
#ifdef __SHA__
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bULL, 0x0405060700010203ULL);
    __m128i a = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
    __m128i e = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
    __m128i s0 = _mm_alignr_epi8(a, e, 8), s1 = _mm_blend_epi16(e, a, 0xf0), first = s0, second = s1, w[4];
    for (int i = 0; i < 4; i++) w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + 16 * i)), swap);
    for (int i = 0; i < 16; i++) {
        __m128i now = w[i & 3], k = _mm_add_epi32(now, _mm_load_si128((const __m128i *)(K + 4 * i)));
        s1 = _mm_sha256rnds2_epu32(s1, s0, k);
        s0 = _mm_sha256rnds2_epu32(s0, s1, _mm_shuffle_epi32(k, 0x0e));
        if (i < 12) {
            __m128i next = _mm_add_epi32(_mm_sha256msg1_epu32(now, w[(i + 1) & 3]),
                                         _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
            w[i & 3] = _mm_sha256msg2_epu32(next, w[(i + 3) & 3]);
        }
    }
    s0 = _mm_add_epi32(s0, first), s1 = _mm_add_epi32(s1, second);
    a = _mm_shuffle_epi32(s0, 0x1b), e = _mm_shuffle_epi32(s1, 0xb1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(a, e, 0xf0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(e, a, 8));
#else
#define ROR(x, n) ((x) >> (n) | (x) << (32 - (n)))
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++) memcpy(w + i, data + 4 * i, 4), w[i] = __builtin_bswap32(w[i]);
    for (int i = 16; i < 64; i++)
        w[i] = w[i - 16] + (ROR(w[i - 15], 7) ^ ROR(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] +
               (ROR(w[i - 2], 17) ^ ROR(w[i - 2], 19) ^ w[i - 2] >> 10);
    memcpy(s, state, 32);
    for (int i = 0; i < 64; i++) {
        uint32_t one = s[7] + (ROR(s[4], 6) ^ ROR(s[4], 11) ^ ROR(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + K[i] + w[i];
        uint32_t two = (ROR(s[0], 2) ^ ROR(s[0], 13) ^ ROR(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 28);
        s[4] += one, s[0] = one + two;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
#endif
}

static void sha256_40(const unsigned char seed[32], uint64_t ticket, unsigned char draw[32]) {
    unsigned char data[64] = {0};
    uint32_t state[8];
    uint64_t number = __builtin_bswap64(ticket);
    memcpy(data, seed, 32), memcpy(data + 32, &number, 8);
    data[40] = 0x80, data[62] = 320 >> 8, data[63] = 320 & 255;
    memcpy(state, START, 32);
    block(state, data);
    for (int i = 0; i < 8; i++) state[i] = __builtin_bswap32(state[i]);
    memcpy(draw, state, 32);
}
