/* SPDX-License-Identifier: PostgreSQL
 *
 * Invented names. A person's place in the name space is a permutation of the person's number, so that a
 * tilde id can be turned back into the person without any table of people.
 */
#include "twin.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

#define N_PARTS	       12
#define N_COMBINED     (N_PARTS * N_PARTS)
#define N_STYLES       3
#define MAX_NAME_SPACE 20000

static const char *const GIVEN_HEADS[N_STYLES][N_PARTS] = {
    {"Yun", "Hao", "Jia", "Ruo", "Chen", "Wei", "Xin", "Zi", "Bo", "Ling", "Qiu", "Tian"},
    {"Al", "Bren", "Cor", "Dari", "El", "Fara", "Ger", "Hol", "Is", "Jor", "Lu", "Zo\xc3\xab"},
    {"Aki", "Bhar", "Dev", "Emi", "Hana", "Ifo", "Kavi", "Luka", "Nari", "Oku", "Rafi", "Sana"},
};
static const char *const GIVEN_TAILS[N_STYLES][N_PARTS] = {
    {"qi", "ze", "luo", "meng", "xu", "lan", "yao", "shuo", "ran", "heng", "zhu", "fan"},
    {"wen", "dric", "lina", "mund", "sela", "thea", "vard", "nora", "bert", "mira", "stan", "vik"},
    {"ro", "esh", "ta", "kan", "mi", "ndu", "va", "shi", "tomo", "zin", "li", "bek"},
};
static const char *const FAMILY_HEADS[N_STYLES][N_PARTS] = {
    {"Lan", "Zhe", "Huo", "Qin", "Tao", "Men", "Xia", "Gu", "Ouy", "Shu", "Bai", "Ning"},
    {"Quill", "Oster", "Brand", "Fen", "Harrow", "Lind", "M\xc3\xb8rk", "Thorn", "Wester", "Ever", "Grim",
     "Stav"},
    {"Okan", "Taku", "Rajv", "Yama", "Silv", "Kowa", "Ndia", "Pere", "Haru", "Vask", "Demi", "Suwa"},
};
static const char *const FAMILY_TAILS[N_STYLES][N_PARTS] = {
    {"qu", "mo", "lin", "bei", "rui", "zu", "ge", "yin", "dan", "pei", "si", "wo"},
    {"mere", "vale", "wick", "hollow", "stead", "ham", "ford", "berg", "lund", "croft", "dale", "feld"},
    {"diro", "mori", "endra", "saki", "ano", "lska", "ye", "ira", "moto", "ov", "rel", "nto"},
};
static const uint32_t STYLE_SHARE[N_STYLES] = {5, 3, 2}; /* of ten */
static const uint32_t STYLE_FIRST[N_STYLES] = {0, 5, 8};

static uint64_t gcd_of(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

static uint64_t inverse_of(uint64_t value, uint64_t modulus)
{
	int64_t old_s = 1, s = 0;
	int64_t old_r = (int64_t)value, r = (int64_t)modulus;
	while (r != 0) {
		int64_t quotient = old_r / r;
		int64_t next_r = old_r - quotient * r;
		int64_t next_s = old_s - quotient * s;
		old_r = r;
		r = next_r;
		old_s = s;
		s = next_s;
	}
	return (uint64_t)(old_s < 0 ? old_s + (int64_t)modulus : old_s);
}

void name_init(struct world *world)
{
	uint64_t n = world->n_people;
	uint64_t space = n / 2 < 200 ? 200 : n / 2;
	world->name_space = (uint32_t)(space > MAX_NAME_SPACE ? MAX_NAME_SPACE : space);
	world->name_rounds = (uint32_t)((n + world->name_space - 1) / world->name_space);
	uint64_t multiplier = n * 3 / 5 + 1 + hash_of(world, 1, 0, 0) % 97;
	while (gcd_of(multiplier, n) != 1)
		multiplier++;
	world->multiplier = multiplier % n == 0 ? 1 : multiplier % n;
	world->inverse = n == 1 ? 0 : inverse_of(world->multiplier, n);
	world->shift = hash_of(world, 2, 0, 0) % n;
}

void name_of(const struct world *world, uint32_t person, struct person_name *ret_name)
{
	uint64_t place = (person * world->multiplier + world->shift) % world->n_people;
	uint32_t name = (uint32_t)(place % world->name_space);
	size_t style = name % 10 < 5 ? 0 : name % 10 < 8 ? 1 : 2;
	uint32_t rank = name / 10 * STYLE_SHARE[style] + name % 10 - STYLE_FIRST[style];
	uint32_t given = rank % N_COMBINED;
	uint32_t family = (rank / N_COMBINED + given * 7) % N_COMBINED;
	*ret_name = (struct person_name){.number = (uint32_t)(place / world->name_space) + 1};
	(void)snprintf(ret_name->given, sizeof(ret_name->given), "%s%s", GIVEN_HEADS[style][given / N_PARTS],
		       GIVEN_TAILS[style][given % N_PARTS]);
	(void)snprintf(ret_name->family, sizeof(ret_name->family), "%s%s",
		       FAMILY_HEADS[style][family / N_PARTS], FAMILY_TAILS[style][family % N_PARTS]);
	if (style == 1 && name % 7 == 0)
		(void)snprintf(ret_name->middle, sizeof(ret_name->middle), "%c.", (char)('A' + name % 26));
}

void name_id(const struct world *world, uint32_t person, enum id_form form, char id[NAME_BYTES])
{
	struct person_name name;
	name_of(world, person, &name);
	uint32_t number = form == ID_DUPLICATE ? name.number + world->name_rounds : name.number;
	const char *first = form == ID_SWAPPED ? name.family : name.given;
	const char *last = form == ID_SWAPPED ? name.given : name.family;
	(void)snprintf(id, NAME_BYTES, "~%s_%s%u", first, last, number);
}

/* Finds text as head + tail of one of the styles; true with style and combined index. */
static bool combined_find(const char *const heads[N_STYLES][N_PARTS],
			  const char *const tails[N_STYLES][N_PARTS], struct str text, size_t style,
			  uint32_t *ret_index)
{
	for (uint32_t head = 0; head < N_PARTS; head++) {
		struct str prefix = str_from(heads[style][head]);
		if (!str_starts_with(text, prefix))
			continue;
		struct str rest = str_slice(text, prefix.length, text.length - prefix.length);
		for (uint32_t tail = 0; tail < N_PARTS; tail++) {
			if (str_equal_text(rest, tails[style][tail])) {
				*ret_index = head * N_PARTS + tail;
				return true;
			}
		}
	}
	return false;
}

static bool place_find(const struct world *world, size_t style, uint32_t given, uint32_t family,
		       uint32_t *ret_name)
{
	uint32_t shift = (family + N_COMBINED * 7 - given * 7 % N_COMBINED) % N_COMBINED;
	uint32_t rank = shift * N_COMBINED + given;
	uint32_t name = rank / STYLE_SHARE[style] * 10 + STYLE_FIRST[style] + rank % STYLE_SHARE[style];
	if (name >= world->name_space)
		return false;
	*ret_name = name;
	return true;
}

bool name_find(const struct world *world, struct str id, uint32_t *ret_person, enum id_form *ret_form)
{
	if (id.length < 4 || id.data[0] != '~')
		return false;
	size_t digits = id.length;
	while (digits > 1 && id.data[digits - 1] >= '0' && id.data[digits - 1] <= '9')
		digits--;
	uint64_t number = 0;
	if (!num_parse_u64(str_slice(id, digits, id.length - digits), &number) || number == 0)
		return false;
	struct str text = str_slice(id, 1, digits - 1);
	size_t line = str_find_byte(text, '_');
	if (line >= text.length)
		return false;
	struct str first = str_slice(text, 0, line);
	struct str last = str_slice(text, line + 1, text.length - line - 1);
	for (size_t style = 0; style < N_STYLES; style++) {
		uint32_t given = 0, family = 0, name = 0;
		bool is_swapped = false;
		if (!combined_find(GIVEN_HEADS, GIVEN_TAILS, first, style, &given) ||
		    !combined_find(FAMILY_HEADS, FAMILY_TAILS, last, style, &family)) {
			is_swapped = true;
			if (!combined_find(FAMILY_HEADS, FAMILY_TAILS, first, style, &family) ||
			    !combined_find(GIVEN_HEADS, GIVEN_TAILS, last, style, &given))
				continue;
		}
		if (!place_find(world, style, given, family, &name))
			continue;
		bool is_duplicate = number > world->name_rounds;
		if (is_duplicate && (is_swapped || number > (uint64_t)world->name_rounds * 2))
			return false;
		uint64_t round = (is_duplicate ? number - world->name_rounds : number) - 1;
		uint64_t place = round * world->name_space + name;
		if (place >= world->n_people)
			return false;
		uint64_t shifted = (place + world->n_people - world->shift) % world->n_people;
		*ret_person = (uint32_t)(shifted * world->inverse % world->n_people);
		*ret_form = is_duplicate ? ID_DUPLICATE : is_swapped ? ID_SWAPPED : ID_NORMAL;
		return true;
	}
	return false;
}
