import Cards

extension CardImage {
    /// Reads an image.
    ///
    /// - Parameter bytes: the file, JSON in UTF-8, at most 4 MiB; any bytes.
    /// - Throws: `CardImageError` with the line and the field; no value of the file is in it.
    public init(json bytes: [UInt8]) throws(CardImageError) {
        let file = try Fields(file: bytes, keys: ImageForm.keys)
        guard try file.text("format") == ImageForm.format else {
            throw file.error("format", ja: "\(ImageForm.format) ではありません", en: "is not \(ImageForm.format)")
        }
        let (kind, profile) = try file.profile("profile")
        var contents = CardContents(
            authentication: try file.identity("authentication"), signature: try file.identity("signature"))
        if var holder = try file.holder("holder") {
            if let pictures = try file.pictures("pictures") { holder.pictures = pictures }
            contents.personal = CardContents.Personal(holder: holder, keys: try file.cardKeys("keys"))
        }
        self.init(kind, contents: contents, credentials: try file.secrets("secrets"))
        self.profile = profile
        counters = try file.counters("counters")
        let blank = card()
        for counter in counters where !blank.preset(counter) {
            throw file.error("counters", ja: "このカードにない参照データがあります", en: "name a reference that this card has not")
        }
        for complaint in blank.complaints {
            throw CardImageError(nil, "", ja: "使えない鍵があります（\(complaint)）", en: "it has a key that is none: \(complaint)")
        }
    }
}

extension Fields {
    /// A kind of card by its name, or like another with differences.
    fileprivate func profile(_ key: String) throws(CardImageError) -> (CardKind, CardProfile) {
        let kinds = CardKind.all.map { ($0.name, $0) }
        guard isMapping(key), let fields = try mapping(key, keys: ImageForm.profileKeys) else {
            let kind = try needed(key, try choice(key, kinds))
            return (kind, kind.profile)
        }
        let kind = try fields.needed("like", try fields.choice("like", kinds))
        var profile = kind.profile
        for (name, path) in ImageForm.switches {
            if let truth = try fields.truth(name) { profile[keyPath: path] = truth }
        }
        for (name, path) in ImageForm.answers {
            if let answer = try fields.hexadecimal(name, lengths: 0...33) { profile[keyPath: path] = answer }
        }
        if let status = try fields.choice("statusOnSelect", ImageForm.statusOnSelect) { profile.securityStatusOnSelect = status }
        if let filler = try fields.number("certificateFiller", in: 0...4_096) { profile.certificateFiller = filler }
        return (kind, profile)
    }

    fileprivate func identity(_ key: String) throws(CardImageError) -> CardContents.Identity? {
        guard let fields = try mapping(key, keys: ImageForm.identityKeys) else { return nil }
        return CardContents.Identity(
            certificate: try fields.needed("certificate", try fields.bytes("certificate", atMost: 16_384)),
            authority: try fields.needed("authority", try fields.bytes("authority", atMost: 16_384)),
            key: try fields.needed("key", try fields.bytes("key", atMost: 16_384)))
    }

    fileprivate func holder(_ key: String) throws(CardImageError) -> CardHolder? {
        let keys: Set<String> = ["name", "address", "birth", "sex", "municipality", "serial", "expiry", "securityCode"]
        guard let fields = try mapping(key, keys: keys) else { return nil }
        return CardHolder(
            name: try fields.needed("name", try fields.text("name", atMost: 200)),
            address: try fields.needed("address", try fields.text("address")),
            birth: try fields.needed("birth", try fields.day("birth")),
            sex: try fields.needed("sex", try fields.choice("sex", ImageForm.sexes)),
            municipality: try fields.needed("municipality", try fields.syntheticDigits("municipality", count: 5)),
            serial: try fields.needed("serial", try fields.syntheticDigits("serial", count: 15)),
            expiry: try fields.needed("expiry", try fields.day("expiry")),
            securityCode: try fields.needed("securityCode", try fields.digits("securityCode", count: 4)))
    }

    /// Digits that begin with 99, where no prefecture is, so that nothing real has them.
    func syntheticDigits(_ key: String, count: Int) throws(CardImageError) -> String? {
        guard let digits = try digits(key, count: count) else { return nil }
        guard digits.hasPrefix("99") else {
            throw error(key, ja: "99で始めてください（実在の番号と区別するため）", en: "has to begin with 99, so that nothing real has it")
        }
        return digits
    }

    fileprivate func pictures(_ key: String) throws(CardImageError) -> CardPictures? {
        guard let fields = try mapping(key, keys: ImageForm.pictureKeys) else { return nil }
        let nobody = CardPictures.nobody
        return CardPictures(
            photo: try fields.bytes("photo", atMost: Picture.photoLimit) ?? nobody.photo,
            name: try fields.bytes("name", atMost: Picture.limit) ?? nobody.name,
            address: try fields.bytes("address", atMost: Picture.limit) ?? nobody.address,
            securityCode: try fields.bytes("securityCode", atMost: Picture.limit) ?? nobody.securityCode,
            number: try fields.bytes("number", atMost: Picture.limit) ?? nobody.number)
    }

    fileprivate func cardKeys(_ key: String) throws(CardImageError) -> CardKeys {
        var keys: [CardKey: [UInt8]] = [:]
        if let fields = try mapping(key, keys: Set(CardKey.allCases.map(\.rawValue))) {
            for cardKey in CardKey.allCases { keys[cardKey] = try fields.bytes(cardKey.rawValue, atMost: 16_384) }
        }
        return CardKeys(keys)
    }

    /// The secrets that a person chooses; what is left out is as on other cards.
    func secrets(_ key: String) throws(CardImageError) -> CardCredentials {
        var credentials = CardCredentials()
        guard let fields = try mapping(key, keys: Set(ImageForm.chosenSecrets.map(\.rawValue))) else { return credentials }
        for credential in ImageForm.chosenSecrets {
            guard let secret = try fields.text(credential.rawValue, atMost: 16) else { continue }
            let isPassword = credential == .signaturePassword
            let lengths = isPassword ? 6...16 : 4...4
            guard lengths.contains(secret.utf8.count), secret.utf8.allSatisfy({ isDigit($0) || (isPassword && isCapital($0)) }) else {
                throw fields.error(
                    credential.rawValue, ja: isPassword ? "英大文字と数字6〜16字が必要です" : "数字4桁が必要です",
                    en: isPassword ? "has to be 6 to 16 capitals and digits" : "has to be 4 digits")
            }
            credentials[credential] = Array(secret.utf8)
        }
        return credentials
    }

    fileprivate func counters(_ key: String) throws(CardImageError) -> [CardCounter] {
        var counters: [CardCounter] = []
        for fields in try list(key, keys: ImageForm.counterKeys) {
            let file = try fields.needed("file", try fields.hexadecimal("file", lengths: 2...2))
            counters.append(
                CardCounter(
                    application: try fields.needed("application", try fields.hexadecimal("application", lengths: 0...16)),
                    file: FileID(rawValue: UInt16(file[0]) << 8 | UInt16(file[1])),
                    triesLeft: try fields.needed("triesLeft", try fields.number("triesLeft", in: 0...15))))
        }
        return counters
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
private func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

/// How large pictures may be, so that all of a card's face is within the 15 bits of an offset (ISO/IEC 7816-4, READ BINARY).
enum Picture {
    static let photoLimit = 20_000
    static let limit = 4_000
}
