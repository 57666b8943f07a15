#include "CSystemd.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static struct sd_bus_functions functions;
static char failure[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void *found(void *library, const char *name) {
    void *address = library ? dlsym(library, name) : NULL;
    if (!address && !failure[0]) {
        const char *reason = dlerror();
        snprintf(failure, sizeof failure, "%s", reason ? reason : name);
    }
    return address;
}

static void load(void) {
    void *library = dlopen("libsystemd.so.0", RTLD_NOW);
#define FIND(NAME) functions.NAME = (__typeof__(NAME) *)found(library, #NAME);
    SD_BUS_FUNCTIONS(FIND)
}

int sd_bus_load(void) {
    pthread_once(&once, load);
    return !failure[0];
}

const char *sd_bus_load_failure(void) { return failure; }

const struct sd_bus_functions *sd_bus_loaded(void) { return &functions; }
