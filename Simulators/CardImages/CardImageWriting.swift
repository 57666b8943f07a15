import Cards
import Diagnosis

extension CardImage {
    /// The file: JSON in UTF-8, one field a line, the same bytes for the same image.
    public var json: [UInt8] {
        var text = JSONObject()
        text.add("format", string(ImageForm.format))
        text.add("notice", string(ImageForm.notice))
        text.add("profile", profileText)
        if let personal = contents.personal {
            text.add("holder", Self.holder(personal.holder))
            text.add("pictures", Self.pictures(personal.holder.pictures))
        }
        if let identity = contents.authentication { text.add("authentication", Self.identity(identity)) }
        if let identity = contents.signature { text.add("signature", Self.identity(identity)) }
        if let keys = contents.personal?.keys {
            var object = JSONObject()
            for key in CardKey.allCases { if let bytes = keys[key] { object.add(key.rawValue, base64(bytes)) } }
            text.add("keys", object.text)
        }
        text.add("secrets", secrets)
        let rows = counters.map { counter in
            "{\"application\": \(string(Hexadecimal.text(counter.application))), \"file\": \(string(hexadecimal(counter.file))), "
                + "\"triesLeft\": \(counter.triesLeft)}"
        }
        text.add("counters", "[\(rows.joined(separator: ", "))]")
        return Array((text.text + "\n").utf8)
    }

    /// The name of the kind, or how the profile differs from it.
    private var profileText: String {
        let usual = kind.profile
        var object = JSONObject()
        object.add("like", string(kind.name))
        for (name, path) in ImageForm.switches where profile[keyPath: path] != usual[keyPath: path] {
            object.add(name, profile[keyPath: path] ? "true" : "false")
        }
        for (name, path) in ImageForm.answers where profile[keyPath: path] != usual[keyPath: path] {
            object.add(name, string(Hexadecimal.text(profile[keyPath: path])))
        }
        if profile.securityStatusOnSelect != usual.securityStatusOnSelect {
            object.add("statusOnSelect", string(profile.securityStatusOnSelect == .kept ? "kept" : "cleared"))
        }
        if profile.certificateFiller != usual.certificateFiller { object.add("certificateFiller", "\(profile.certificateFiller)") }
        return object.count == 1 ? string(kind.name) : object.text
    }

    private static func holder(_ holder: CardHolder) -> String {
        var object = JSONObject()
        object.add("name", string(holder.name))
        object.add("address", string(holder.address))
        object.add("birth", string(holder.birth.text))
        object.add("sex", string(ImageForm.sexes.first { $0.1 == holder.sex }?.0 ?? "not-known"))
        object.add("municipality", string(holder.municipality))
        object.add("serial", string(holder.serial))
        object.add("expiry", string(holder.expiry.text))
        object.add("securityCode", string(holder.securityCode))
        return object.text
    }

    private static func pictures(_ pictures: CardPictures) -> String {
        var object = JSONObject()
        object.add("photo", base64(pictures.photo))
        object.add("name", base64(pictures.name))
        object.add("address", base64(pictures.address))
        object.add("securityCode", base64(pictures.securityCode))
        object.add("number", base64(pictures.number))
        return object.text
    }

    private static func identity(_ identity: CardContents.Identity) -> String {
        var object = JSONObject()
        object.add("certificate", base64(identity.certificate))
        object.add("authority", base64(identity.authority))
        object.add("key", base64(identity.key))
        return object.text
    }

    private var secrets: String {
        var object = JSONObject()
        for credential in ImageForm.chosenSecrets {
            if let secret = credentials[credential] { object.add(credential.rawValue, string(String(decoding: secret, as: UTF8.self))) }
        }
        return object.text
    }
}

/// An object of JSON, one field a line.
private struct JSONObject {
    private var fields: [String] = []

    var count: Int { fields.count }

    /// A field whose value is JSON already.
    mutating func add(_ name: String, _ value: String) {
        fields.append("\"\(name)\": \(value.replacing("\n", with: "\n  "))")
    }

    var text: String { "{\n  " + fields.joined(separator: ",\n  ") + "\n}" }
}

private func string(_ text: String) -> String { JSONText.quoted(text) }
private func base64(_ bytes: [UInt8]) -> String { string(Base64.encode(bytes)) }
private func hexadecimal(_ file: FileID) -> String {
    Hexadecimal.text([UInt8(truncatingIfNeeded: file.rawValue >> 8), UInt8(truncatingIfNeeded: file.rawValue)])
}
