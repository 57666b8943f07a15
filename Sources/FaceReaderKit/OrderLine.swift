import Diagnosis
import ISO7816
import ReaderKit
import ReaderTransport

/// What a driver tells a reader whose cards, panel and camera are all behind one line; how that is written is the affair of the line.
public enum LineOrder: Sendable {
    /// Takes the card's power.
    case powerOff
    /// Gives the card power, or resets it.
    case power(CardReset)
    /// A command APDU.
    case exchange([UInt8])
    /// Shows what asks this question, which is one that is shown.
    case show(prompt: UInt16, FacetQuestion)
    /// Takes back whatever has this prompt.
    case withdraw(prompt: UInt16)
    /// Shows the keypad for so many digits, which go to the card behind this header.
    case verify(prompt: UInt16, CommandHeader, digits: UInt8)
    /// Begins to read the printed side of the card.
    case readCardFace(prompt: UInt16)
    /// Begins to compare.
    case match(prompt: UInt16, photograph: [UInt8])
    /// A passcode has been issued.
    case passcodeIssued
    /// Starts anew.
    case restart
}

/// What such a reader tells.
public enum LineReport {
    /// It begins anew, by our wish or not.
    case ready(FaceFeatures)
    /// Whether a card with an IC is there: at every change, so a card after a card is another one.
    case card(isPresent: Bool)
    /// How POWER ended, with the answer to reset.
    case powered(Result<[UInt8], ReaderError>)
    /// A part of the response APDU.
    case response(Result<ArraySlice<UInt8>, ReaderError>, isLast: Bool)
    /// Somebody touched the panel.
    case touched
    /// How a prompt ended, by a refusal too.
    case ended(prompt: UInt16, Result<FacetAnswer, ReaderError>)
}

/// A line that carries orders and reports, each once and in order, or is lost.
public protocol OrderLine: AnyObject {
    /// Receives every report.
    var hear: (LineReport) -> Void { get set }
    /// Receives why the line cannot be used any more, once.
    var lose: (ReaderError) -> Void { get set }
    /// Whether anything is awaited of the device.
    var isAwaiting: () -> Bool { get set }
    /// Why the line cannot be used any more.
    var failure: ReaderError? { get }

    /// Has the device begin anew and tell that it is ready; `attempt` counts from 0.
    func greet(attempt: UInt8)
    /// Takes note that the device has begun anew.
    func begin()
    /// Sends an order after those before it.
    func send(_ order: LineOrder)
    /// Something is awaited from now on.
    func wake()
    /// Waits until everything that was sent has arrived, or the line is lost; a little while at most.
    func drain()
    /// The device has been told to start anew: waits until the line is lost, or gives it up. Throws `.cancelled`.
    func waitForRestart() throws(ReaderError)
    /// Gives the line up.
    func giveUp(_ error: ReaderError)
    /// Ends the use of the line.
    func stop()
}
