import ReaderClaims
import ReaderTransport

extension SimulatorModel {
    /// The same with what is claimed of it.
    public func claiming(_ claims: ModelClaims) -> SimulatorModel {
        var model = self
        model.claims = claims
        return model
    }

    /// What it has, in a few English words: its lanes, each kind once with what is exchanged with cards there, and what a person finds at it.
    public var capabilities: String {
        let lanes = makeReader().lanes
        let hasCCID = lanes.contains { $0.kind == .ccid }
        var kinds: [(name: String, levels: [String])] = []
        for lane in lanes {
            let level = hasCCID ? lane.exchangeLevel : takesExtendedLength ? "extended APDUs" : "short APDUs"
            let index = kinds.firstIndex { $0.name == lane.kind.words } ?? kinds.endIndex
            if index == kinds.endIndex { kinds.append((lane.kind.words, [])) }
            if let level, !kinds[index].levels.contains(level) { kinds[index].levels.append(level) }
        }
        let words = kinds.map { $0.levels.isEmpty ? $0.name : "\($0.name) (\($0.levels.joined(separator: "; ")))" }
        return (words + (hasTerminal ? ["screen, camera, keypad"] : [])).joined(separator: ", ")
    }
}

extension Lane.Kind {
    fileprivate var words: String {
        switch self {
        case .card: "card lane"
        case .ccid: "CCID"
        case .bulk: "bulk USB"
        case .hid: "HID"
        case .serial: "serial"
        case .gatt: "Bluetooth"
        }
    }
}

extension Lane {
    /// What a CCID lane says that it takes, in the third byte of `dwFeatures` (USB CCID 1.1 clause 5.1); `nil` for another lane.
    fileprivate var exchangeLevel: String? {
        guard kind == .ccid, descriptor.count == 54 else { return nil }
        return switch descriptor[42] & 0x07 {
        case 1: "TPDUs"
        case 2: "short APDUs"
        case 4: "extended APDUs"
        default: nil
        }
    }
}
