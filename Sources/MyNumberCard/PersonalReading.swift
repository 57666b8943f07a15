import Diagnosis
import ISO7816
import Station

/// What the card holds of its person and of itself.
extension MyNumberCard {
    /// 基本4情報 by the PIN of the 券面事項入力補助AP. Three APDUs where extended length works, four with `.keep`.
    public func readFourItems(pin: Secret, lastTry: LastTry = .keep) throws(CardError) -> Guarded<FourItems> {
        try read(.fourItems, opening: .textPIN, with: pin, lastTry, FourItems.init(fileContents:))
    }

    /// 基本4情報 by 照合番号B. As many APDUs as by the PIN.
    public func readFourItems(visualCode: Secret, lastTry: LastTry = .keep) throws(CardError) -> Guarded<FourItems> {
        try read(.fourItems, opening: .textVisualCode, with: visualCode, lastTry, FourItems.init(fileContents:))
    }

    /// The card's face by 照合番号B. Three APDUs where extended length works, four with `.keep`.
    public func readCardFace(visualCode: Secret, lastTry: LastTry = .keep) throws(CardError) -> Guarded<CardFace> {
        try read(.cardFace, opening: .faceVisualCode, with: visualCode, lastTry, CardFace.init(fileContents:))
    }

    /// The birth by the 生年月日 key. Three APDUs where extended length works, four with `.keep`.
    public func readAgeRecord(birthKey: Secret, lastTry: LastTry = .keep) throws(CardError) -> Guarded<AgeRecord> {
        try read(.ageRecord, opening: .birthKey, with: birthKey, lastTry, AgeRecord.init(fileContents:))
    }

    /// The public half of the 券面事項入力補助AP's own key, by that application's PIN.
    public func readTextCardKey(pin: Secret, lastTry: LastTry = .keep) throws(CardError) -> Guarded<TextCardKey> {
        try read(.textCardKey, opening: .textPIN, with: pin, lastTry, TextCardKey.init(fileContents:))
    }

    /// Serial number, municipality and expiry of the card. Two APDUs; no secret.
    public func readIssueRecord() throws(CardError) -> IssueRecord {
        let record = try readRecord(until: deadline)
        return try parsed { () throws(CardDataError) in try IssueRecord(record: record) }
    }

    func readRecord(until deadline: Instant) throws(CardError) -> [UInt8] {
        let place = try place(of: .issueRecord)
        try enter(place.application, until: deadline)
        let status = try send(.readRecord(1, file: place.file), expected: APDULimits.shortExpected, until: deadline)
        guard status.isSuccess || status == .endOfFile else { throw .refused(status, command: "READ RECORD") }
        return session.answer
    }

    /// What the 公的個人認証AP says of itself. Two APDUs; no secret.
    public func readTokenInformation() throws(CardError) -> TokenDescription {
        let bytes = try readBytes(.tokenInformation, count: TokenDescription.count, until: deadline)
        return try parsed { () throws(CardDataError) in try TokenDescription(fileContents: bytes) }
    }

    /// What the 券面事項入力補助AP says of itself. Two APDUs; no secret.
    public func readTextInformation() throws(CardError) -> TextInformation {
        let bytes = try readObject(.textInformation, until: deadline)
        return try parsed { () throws(CardDataError) in try TextInformation(fileContents: bytes) }
    }

    /// What the 券面事項確認AP says of itself. Two APDUs where extended length works; no secret.
    public func readFaceInformation() throws(CardError) -> FaceInformation {
        let bytes = try readObject(.faceInformation, until: deadline)
        return try parsed { () throws(CardDataError) in try FaceInformation(fileContents: bytes) }
    }

    private func read<Content>(
        _ file: CardFile, opening reference: CardReference, with secret: Secret, _ lastTry: LastTry,
        _ parse: ([UInt8]) throws(CardDataError) -> Content
    ) throws(CardError) -> Guarded<Content> {
        let deadline = file == .cardFace ? deadlineOfPicture : deadline
        return try opening(try entry(of: reference), with: secret, lastTry, until: deadline) { () throws(CardError) in
            let bytes = try readObject(file, until: deadline)
            return try parsed { () throws(CardDataError) in try parse(bytes) }
        }
    }

    func parsed<Content>(_ body: () throws(CardDataError) -> Content) throws(CardError) -> Content {
        do { return try body() } catch { throw .dataMalformed(error) }
    }
}
