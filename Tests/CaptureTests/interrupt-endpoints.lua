-- Wireshark 4.0 hands the bulk endpoints of class 0B to its dissector of CCID by itself, and leaves the interrupt endpoint alone.
DissectorTable.get("usb.interrupt"):add(0x0b, Dissector.get("usbccid"))
