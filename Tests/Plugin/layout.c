/* The layout that version 1 of the header has promised to every plugin that was ever compiled (64-bit Linux, LP64). */
#include "kazasu_reader.h"

#ifdef __cplusplus
#define HOLDS(claim) static_assert(claim, #claim)
#else
#define HOLDS(claim) _Static_assert(claim, #claim)
#endif
#define AT(type, member, place) HOLDS(offsetof(type, member) == place)
#define SIZE(type, size) HOLDS(sizeof(type) == size)

SIZE(kazasu_event, 48);
AT(kazasu_event, kind, 4);
AT(kazasu_event, slot, 8);
AT(kazasu_event, prompt, 12);
AT(kazasu_event, status, 16);
AT(kazasu_event, answer, 20);
AT(kazasu_event, detail, 24);
AT(kazasu_event, reserved, 28);
AT(kazasu_event, bytes, 32);
AT(kazasu_event, byte_count, 40);

SIZE(kazasu_host, 16);
AT(kazasu_host, version, 4);
AT(kazasu_host, post, 8);

SIZE(kazasu_reader_functions, 112);
AT(kazasu_reader_functions, close, 8);
AT(kazasu_reader_functions, cancel, 16);
AT(kazasu_reader_functions, failure, 24);
AT(kazasu_reader_functions, connect, 32);
AT(kazasu_reader_functions, transmit, 40);
AT(kazasu_reader_functions, warm_reset, 48);
AT(kazasu_reader_functions, disconnect, 56);
AT(kazasu_reader_functions, withdraw, 64);
AT(kazasu_reader_functions, patient_screen, 72);
AT(kazasu_reader_functions, face_camera, 80);
AT(kazasu_reader_functions, pin_pad, 88);
AT(kazasu_reader_functions, staff_panel, 96);
AT(kazasu_reader_functions, escape, 104);

SIZE(kazasu_text, 16);
AT(kazasu_text, count, 8);

SIZE(kazasu_screen, 72);
AT(kazasu_screen, kind, 4);
AT(kazasu_screen, methods, 8);
AT(kazasu_screen, tries_left, 12);
AT(kazasu_screen, consent_group, 16);
AT(kazasu_screen, name, 24);
AT(kazasu_screen, japanese, 40);
AT(kazasu_screen, english, 56);

SIZE(kazasu_patient_screen, 16);
AT(kazasu_patient_screen, offered, 4);
AT(kazasu_patient_screen, show, 8);

SIZE(kazasu_face_camera, 24);
AT(kazasu_face_camera, read_card_face, 8);
AT(kazasu_face_camera, match, 16);

SIZE(kazasu_pin_pad, 16);
AT(kazasu_pin_pad, verify, 8);

SIZE(kazasu_staff_panel, 48);
AT(kazasu_staff_panel, shows_staff_button, 8);
AT(kazasu_staff_panel, announce_passcode, 16);
AT(kazasu_staff_panel, ask_passcode, 24);
AT(kazasu_staff_panel, wait_for_visual_check, 32);
AT(kazasu_staff_panel, restart, 40);

SIZE(kazasu_escape, 16);
AT(kazasu_escape, escape, 8);

SIZE(kazasu_opening, 56);
AT(kazasu_opening, slot_count, 4);
AT(kazasu_opening, reader, 8);
AT(kazasu_opening, functions, 16);
AT(kazasu_opening, screen_timeout_ns, 24);
AT(kazasu_opening, camera_timeout_ns, 32);
AT(kazasu_opening, apdu_length, 40);
AT(kazasu_opening, failure, 48);

SIZE(kazasu_plugin, 24);
AT(kazasu_plugin, version, 4);
AT(kazasu_plugin, name, 8);
AT(kazasu_plugin, open, 16);

/* Numbers are as fixed as places. */
HOLDS(KAZASU_READER_VERSION == 1);
HOLDS(KAZASU_OK == 0 && KAZASU_CANCELLED == 4 && KAZASU_READER_GONE == 9 && KAZASU_COMMAND_TOO_LONG == 16);
HOLDS(KAZASU_EVENT_CARD_IN == 1 && KAZASU_EVENT_GONE == 5);
HOLDS(KAZASU_ANSWER_METHOD_FACE == 1 && KAZASU_ANSWER_TIMED_OUT == 9 && KAZASU_ANSWER_PIN_VERIFIED == 15);
HOLDS(KAZASU_FACE_OTHER_PERSON == 1 && KAZASU_FACE_BAD_REFERENCE == 5);
HOLDS(KAZASU_SCREEN_PLACE_CARD == 1 && KAZASU_SCREEN_MESSAGE == 9 && KAZASU_CONSENT_CHECKUP == 3 && KAZASU_METHOD_PIN == 2);
HOLDS(KAZASU_CONSENT_LIMIT == 4 && KAZASU_CONSENT_INSURANCE_CARD == 5);
