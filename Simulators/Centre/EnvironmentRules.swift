import Centre

// 環境設定情報管理 (R167, R094) and マイナ在宅受付web管理 (R168).

extension CentreCore {
    func environment(_ request: EnvironmentRequest, _ turn: CentreTurn) throws(CentreError) -> EnvironmentAnswer {
        switch request {
        case .read: return .settings(try settings())
        case .set(let setting, let isOn):
            try database.run(
                "INSERT INTO setting (name, is_on) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on",
                [.text(setting.rawValue), .flag(isOn)])
            return .settings(try settings())
        case .makeWebAddress: return .webAddress(try makeWebAddress(turn))
        case .checkWebAddress(let address):
            let holds = try !database.rows("SELECT 1 FROM web_address WHERE address = ? AND stopped IS NULL", [.text(address)]) { _ in
                true
            }.isEmpty
            guard holds else { return .checked(false) }
            return .checked(try settings().contains(.otherRoutes))
        }
    }

    /// What is on at the facility.
    func settings() throws(CentreError) -> Set<EnvironmentSetting> {
        let lines = try database.rows("SELECT name, is_on FROM setting") { row in
            row.text(0).flatMap(EnvironmentSetting.init).map { ($0, row.integer(1) != 0) }
        }
        var settings = rules.settingsAtFirst
        for (setting, isOn) in lines { if isOn { settings.insert(setting) } else { settings.remove(setting) } }
        return settings
    }

    private func makeWebAddress(_ turn: CentreTurn) throws(CentreError) -> String {
        if rules.newWebAddressEndsOld {
            try database.run("UPDATE web_address SET stopped = ? WHERE stopped IS NULL", [.integer(turn.now)])
        }
        let address = rules.webAddressStart + makeName(24)
        try database.run("INSERT INTO web_address (address, made) VALUES (?, ?)", [.text(address), .integer(turn.now)])
        return address
    }
}
