import Diagnosis

/// The camera of a certified reader (顔認証付きカードリーダー): it reads the card's face, and compares a photograph with whoever stands there.
///
/// Both begin at once and end by an event of the reader's source whose token is the one returned.
public protocol FaceCamera: AnyObject {
    /// Reads 照合番号B off the face of the card that lies in the reader (OCR).
    func readCardFace() throws(ReaderError) -> PromptID

    /// The 14 digits that were read. Throws `.cardFaceUnreadable` where they could not be, as after a card without a chip was placed.
    func visualCode(_ prompt: PromptID) throws(ReaderError) -> Secret

    /// Compares the person before the camera with a photograph: JPEG 2000 as it is on the card.
    func match(photograph: [UInt8]) throws(ReaderError) -> PromptID

    /// The device's own verdict; nobody else decides.
    func verdict(_ prompt: PromptID) throws(ReaderError) -> FaceVerdict

    /// Stops either.
    func cancel(_ prompt: PromptID)
}

/// What the camera found.
public enum FaceVerdict: Sendable, Hashable {
    /// The person is the one on the photograph.
    case accepted
    /// Not, for this reason; it may be tried again.
    case rejected(FaceRejection)
    /// Nobody looked into the camera for as long as it waits.
    case timedOut
    /// The person pressed 終了する.
    case ended
}

extension FaceVerdict {
    /// Whether the screen of the camera is over with it: nobody stands there any more.
    public var endsScreen: Bool { self == .timedOut || self == .ended }
}

/// Why a face was not accepted. All assumed: no maker publishes its reasons.
public enum FaceRejection: String, Sendable, Hashable, CaseIterable {
    /// Somebody else.
    case otherPerson = "other-person"
    /// Something covers the face, such as a mask.
    case covered
    /// No living face: a photograph of one.
    case notAlive = "not-alive"
    /// Too dark, too far, not looking.
    case unclear
    /// The photograph of the card cannot be used.
    case badReference = "bad-reference"
}
