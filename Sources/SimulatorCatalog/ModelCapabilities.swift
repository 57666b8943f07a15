import ReaderClaims
import ReaderTransport

extension SimulatorModel {
    /// The same with what is claimed of it.
    public func claiming(_ claims: ModelClaims) -> SimulatorModel {
        var model = self
        model.claims = claims
        return model
    }

    /// What it has, in a few English words: what its lanes are, which APDUs its cards get, and what a person finds at it.
    public var capabilities: String {
        let lanes = makeReader().lanes.map { lane in
            switch lane.kind {
            case .card: "card lane"
            case .ccid: "CCID"
            case .bulk: "bulk USB"
            case .hid: "HID"
            case .serial: "serial"
            case .gatt: "Bluetooth"
            }
        }
        let length = takesExtendedLength ? "extended APDUs" : "short APDUs"
        return (lanes + [length] + (hasTerminal ? ["screen, camera, keypad"] : [])).joined(separator: ", ")
    }
}
