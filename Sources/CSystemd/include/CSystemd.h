// The D-Bus client of systemd (sd-bus) as Swift sees it: the functions that we use, found in libsystemd.so.0 when they are first wanted.
// Only Bluetooth wants them, and every start would pay for that library and the four that it brings.
#pragma once
#include <systemd/sd-bus.h>

#define SD_BUS_FUNCTIONS(USE) \
    USE(sd_bus_add_fallback) \
    USE(sd_bus_add_match_async) \
    USE(sd_bus_call_async) \
    USE(sd_bus_error_free) \
    USE(sd_bus_error_set) \
    USE(sd_bus_flush_close_unref) \
    USE(sd_bus_get_events) \
    USE(sd_bus_get_fd) \
    USE(sd_bus_get_timeout) \
    USE(sd_bus_message_append_array) \
    USE(sd_bus_message_append_basic) \
    USE(sd_bus_message_close_container) \
    USE(sd_bus_message_enter_container) \
    USE(sd_bus_message_exit_container) \
    USE(sd_bus_message_get_error) \
    USE(sd_bus_message_get_interface) \
    USE(sd_bus_message_get_member) \
    USE(sd_bus_message_get_path) \
    USE(sd_bus_message_get_sender) \
    USE(sd_bus_message_new_method_call) \
    USE(sd_bus_message_new_method_return) \
    USE(sd_bus_message_new_signal) \
    USE(sd_bus_message_open_container) \
    USE(sd_bus_message_peek_type) \
    USE(sd_bus_message_read_array) \
    USE(sd_bus_message_read_basic) \
    USE(sd_bus_message_ref) \
    USE(sd_bus_message_send) \
    USE(sd_bus_message_sensitive) \
    USE(sd_bus_message_set_auto_start) \
    USE(sd_bus_message_unref) \
    USE(sd_bus_new) \
    USE(sd_bus_open_system) \
    USE(sd_bus_process) \
    USE(sd_bus_reply_method_error) \
    USE(sd_bus_request_name) \
    USE(sd_bus_send) \
    USE(sd_bus_set_address) \
    USE(sd_bus_set_bus_client) \
    USE(sd_bus_slot_unref) \
    USE(sd_bus_start)

struct sd_bus_functions {
#define SD_BUS_FIELD(NAME) __typeof__(NAME) *_Nonnull NAME;
    SD_BUS_FUNCTIONS(SD_BUS_FIELD)
#undef SD_BUS_FIELD
};

// Loads the library, the first time; 0 where that has failed. Any thread may call it.
int sd_bus_load(void);
// Why it has failed, from the dynamic linker; empty where it has not.
const char *_Nonnull sd_bus_load_failure(void);
// The functions; only after sd_bus_load() has succeeded.
const struct sd_bus_functions *_Nonnull sd_bus_loaded(void);
