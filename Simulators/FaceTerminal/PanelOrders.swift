import Station

/// What came of an order of the host.
public enum PanelStatus: Sendable, Hashable {
    /// It is done.
    case done
    /// It makes no sense.
    case parameterWrong
    /// Something else goes on.
    case notNow
    /// The firmware does not have it.
    case notOnThisFirmware
}

/// What a host may order of panel and camera, without any wire: the rules that the reference protocols of several readers have in common.
public final class PanelOrders {
    /// The largest photograph that is taken, in bytes.
    public static let largestPhotograph: UInt32 = 1 << 20

    private let terminal: FaceTerminal
    /// The photograph that comes in parts.
    private var photograph: (prompt: UInt32, total: Int, bytes: [UInt8])?

    /// Orders to a terminal.
    public init(to terminal: FaceTerminal) { self.terminal = terminal }

    /// A host begins anew.
    public func begin(at now: Instant) {
        terminal.withdrawAll(at: now)
        photograph = nil
    }

    /// The host has let go.
    public func forget() {
        terminal.forget()
        photograph = nil
    }

    /// Power has come back.
    public func start() {
        photograph = nil
        terminal.start()
    }

    /// Shows a screen; `nil` is one that could not be understood.
    public func show(_ screen: PanelScreen?, prompt: UInt32, at now: Instant) -> PanelStatus {
        guard let screen else { return .parameterWrong }
        if screen.kind == .passcode, !terminal.firmware.hasStaffButton { return .notOnThisFirmware }
        if screen.kind == .visualCheck, !terminal.firmware.hasVisualCheck { return .notOnThisFirmware }
        terminal.show(screen, prompt: prompt, at: now)
        return .done
    }

    /// Takes back whatever has this prompt, also where it is over already.
    public func withdraw(_ prompt: UInt32, at now: Instant) -> PanelStatus {
        terminal.withdraw(prompt, at: now)
        if photograph?.prompt == prompt { photograph = nil }
        return .done
    }

    /// Begins to read the printed side of a card. Without one the camera reads nothing, and says so as an event (assumed).
    public func readCardFace(prompt: UInt32, at now: Instant) -> PanelStatus {
        guard !terminal.isReading else { return .notNow }
        terminal.readCardFace(prompt: prompt, at: now)
        return .done
    }

    /// A part of the photograph, at most `most` bytes; one at offset 0 begins, whatever came before.
    public func match(
        _ part: some Collection<UInt8>, offset: UInt32, total: UInt32, most: Int, prompt: UInt32, at now: Instant
    ) -> PanelStatus {
        guard !part.isEmpty || total == 0, part.count <= most, total <= Self.largestPhotograph else { return .parameterWrong }
        guard !terminal.isMatching else { return .notNow }
        if offset == 0 { photograph = (prompt, Int(total), []) }
        guard var coming = photograph, coming.prompt == prompt, coming.total == Int(total), coming.bytes.count == Int(offset),
            coming.bytes.count + part.count <= coming.total
        else {
            photograph = nil
            return .parameterWrong
        }
        coming.bytes += part
        photograph = coming.bytes.count < coming.total ? coming : nil
        if photograph == nil { terminal.match(coming.bytes, prompt: prompt, at: now) }
        return .done
    }

    /// A passcode has been issued.
    public func issuePasscode() -> PanelStatus {
        guard terminal.firmware.hasStaffButton else { return .notOnThisFirmware }
        terminal.issuePasscode()
        return .done
    }
}
