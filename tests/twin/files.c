/* SPDX-License-Identifier: PostgreSQL */
#include "twin.h"

int notes_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 70;
}

int papercopilot_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 70;
}
