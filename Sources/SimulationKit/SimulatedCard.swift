import Station

/// A card as a passive device: it does nothing until a host powers it, resets it or hands it a command APDU.
///
/// The same object serves every host: the station in virtual time, a USB or Bluetooth reader simulator, vpcd.
/// It is not `Sendable`: whoever makes its time pass owns it.
public protocol SimulatedCard: AnyObject {
    /// The answer to reset of the interface in use, at most 33 bytes (ISO/IEC 7816-3 clause 8, or the pseudo-ATR of PC/SC part 3).
    /// Empty for a card that does not answer.
    var answerToReset: [UInt8] { get }

    /// Gives the card power or field (cold reset): all security status is gone.
    func powerOn(at now: Instant)

    /// Takes power or field away.
    func powerOff()

    /// A reset without loss of power (ISO/IEC 7816-3 clause 6.2.3); what survives it is the card's business.
    func warmReset(at now: Instant)

    /// Answers one command APDU.
    ///
    /// - Parameters:
    ///   - command: what the reader sent; any bytes, any length.
    ///   - response: replaced by the response APDU: data and the two status bytes.
    ///   - now: the moment at which the command has arrived.
    /// - Returns: how long the card computes before its answer begins, the link not counted; `nil` when it never answers (mute).
    func process(_ command: Span<UInt8>, into response: inout [UInt8], at now: Instant) -> Duration?
}
