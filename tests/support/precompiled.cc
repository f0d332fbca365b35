// Gives the precompiled headers a program to belong to.
#include "tests/support/precompiled.h"
