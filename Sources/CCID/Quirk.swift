/// In what a reader differs from what it says of itself, as far as this driver acts on it: all there is, so that a reader is never asked for
/// by its numbers. A profile names the quirks of each interface.
public enum Quirk: String, Sendable, Hashable, CaseIterable {
    /// The class of its CCID interface is the maker's own (FF); the class descriptor of CCID is there. The interface is found and used.
    /// Readers: NTTCom SCR3310-NTTCom, SCM SCR331-DI-NTTCom. Source: descriptor dumps of the CCID project.
    case vendorClass = "vendor-class"

    /// Its descriptor announces PIN verification (`bPINSupport`), and there is no keypad, or one whose digits reach the host. It is never asked
    /// for a PIN. Readers: HID OMNIKEY 3x21, Cherry XX44, FUJITSU D323, HP and Fujitsu keyboards. Source: `ccid_open_hack_post` in
    /// `src/ccid.c` of the CCID project.
    case noPINEntry = "no-pin-entry"

    /// It says that it takes TPDUs or short APDUs, and chains APDUs of any length as at the extended APDU level. That level is used. Readers: HID
    /// OMNIKEY 3x21, Cherry XX44, FUJITSU D323. Source: as above.
    case chainsAPDUs = "chains-apdus"

    /// It says that it takes extended APDUs, and takes short ones only. That level is used. Reader: KOBIL TriBank. Source: as above.
    case shortAPDUsOnly = "short-apdus-only"
}

extension Set<Quirk> {
    /// The exchange level that is used in place of the one that is announced.
    func corrected(_ level: ExchangeLevel) -> ExchangeLevel {
        if contains(.shortAPDUsOnly) { return .shortAPDU }
        return contains(.chainsAPDUs) ? .extendedAPDU : level
    }
}
