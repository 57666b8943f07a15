/// The tables of version 2, by area. Days are text, `YYYYMMDD`; moments are Unix time in seconds.
enum CentreTables {
    static let all = persons + qualifications + medical + consents + staff + emergency + audit

    private static let persons = """
        CREATE TABLE person (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
            kana TEXT NOT NULL CHECK (length(kana) BETWEEN 1 AND 100),
            birth TEXT NOT NULL CHECK (\(isDay("birth"))),
            sex INTEGER NOT NULL CHECK (sex IN (1, 2, 3)),
            -- How the centre names the patient: random, nothing of the person is in it.
            key TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(16)))) CHECK (length(key) BETWEEN 1 AND 64),
            postal_code TEXT CHECK (postal_code GLOB '[0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]'),
            address TEXT CHECK (length(address) BETWEEN 1 AND 200),
            telephone1 TEXT CHECK (length(telephone1) BETWEEN 1 AND 20),
            telephone2 TEXT CHECK (length(telephone2) BETWEEN 1 AND 20),
            -- 和暦 or 西暦: how the date of birth is written.
            birth_calendar TEXT NOT NULL DEFAULT 'japanese' CHECK (birth_calendar IN ('japanese', 'western')),
            -- 初回登録: the card is an insurance card.
            registered INTEGER NOT NULL DEFAULT 1 CHECK (registered IN (0, 1))
        ) STRICT;
        CREATE INDEX person_of_birth ON person (birth, sex);
        CREATE TABLE certificate (
            serial BLOB PRIMARY KEY NOT NULL CHECK (length(serial) BETWEEN 1 AND \(CentreSchema.longestSerial)
                AND substr(serial, 1, 1) <> x'00'),
            person INTEGER NOT NULL REFERENCES person (id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE reference_number (
            person INTEGER PRIMARY KEY REFERENCES person (id),
            number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 50)
        ) STRICT;

        """

    private static let qualifications = """
        CREATE TABLE qualification (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            kind TEXT NOT NULL CHECK (kind IN ('01', '02', '03', '04', '05', '06', '07', 'A1')),
            insurer_number TEXT NOT NULL CHECK (length(insurer_number) IN (6, 8) AND insurer_number NOT GLOB '*[^0-9]*'),
            insurer_name TEXT NOT NULL CHECK (length(insurer_name) BETWEEN 1 AND 100),
            symbol TEXT CHECK (length(symbol) BETWEEN 1 AND 20),
            number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 20),
            branch TEXT CHECK (branch GLOB '[0-9][0-9]'),
            contribution_percent INTEGER NOT NULL CHECK (contribution_percent BETWEEN 0 AND 100),
            from_day TEXT NOT NULL CHECK (\(isDay("from_day"))),
            lost_day TEXT CHECK (\(isDay("lost_day")) AND lost_day >= from_day),
            registered INTEGER NOT NULL DEFAULT 1 CHECK (registered IN (0, 1) AND (registered = 1 OR kind = 'A1')),
            relation INTEGER NOT NULL DEFAULT 1 CHECK (relation IN (1, 2)),
            issued_day TEXT CHECK (\(isDay("issued_day"))),
            valid_from TEXT CHECK (\(isDay("valid_from"))),
            valid_until TEXT CHECK (\(isDay("valid_until"))),
            loss_reason TEXT CHECK (loss_reason IN ('01', '02', '03', '99') AND (loss_reason IS NULL OR lost_day IS NOT NULL)),
            preschool INTEGER NOT NULL DEFAULT 0 CHECK (preschool IN (0, 1))
        ) STRICT;
        CREATE INDEX qualification_of_person ON qualification (person);
        CREATE INDEX qualification_of_number ON qualification (insurer_number, number);
        CREATE TABLE limit_certificate (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            kind TEXT NOT NULL CHECK (kind IN ('01', '02', '03')),
            level TEXT NOT NULL CHECK (level GLOB '[AB][0-9][0-9]'),
            issued_day TEXT NOT NULL CHECK (\(isDay("issued_day"))),
            from_day TEXT NOT NULL CHECK (\(isDay("from_day"))),
            until_day TEXT CHECK (\(isDay("until_day"))),
            long_stay_day TEXT CHECK (\(isDay("long_stay_day")))
        ) STRICT;
        CREATE INDEX limit_of_person ON limit_certificate (person);

        """

    private static let medical = """
        CREATE TABLE specified_disease (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            disease INTEGER NOT NULL CHECK (disease IN (1, 2, 3)),
            yen INTEGER NOT NULL CHECK (yen >= 0),
            from_day TEXT NOT NULL CHECK (\(isDay("from_day"))),
            until_day TEXT CHECK (\(isDay("until_day")))
        ) STRICT;
        CREATE INDEX disease_of_person ON specified_disease (person);
        CREATE TABLE surgery (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            kind TEXT NOT NULL CHECK (kind IN ('operation', 'diagnosis', 'infection')),
            day TEXT NOT NULL CHECK (\(isDay("day"))),
            institution TEXT NOT NULL,
            name TEXT NOT NULL
        ) STRICT;
        CREATE INDEX surgery_of_person ON surgery (person, day);
        CREATE TABLE treatment (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            day TEXT NOT NULL CHECK (\(isDay("day"))),
            institution TEXT NOT NULL,
            care TEXT NOT NULL CHECK (care IN ('入', '外')),
            type TEXT NOT NULL,
            name TEXT NOT NULL
        ) STRICT;
        CREATE INDEX treatment_of_person ON treatment (person, day);
        CREATE TABLE drug (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            day TEXT NOT NULL CHECK (\(isDay("day"))),
            dispensed_day TEXT CHECK (\(isDay("dispensed_day"))),
            care TEXT NOT NULL CHECK (care IN ('入', '外', '調')),
            usage TEXT NOT NULL,
            instruction TEXT,
            form TEXT NOT NULL CHECK (form IN ('内服', '外用', '注射')),
            product TEXT NOT NULL,
            generic TEXT,
            quantity TEXT NOT NULL,
            unit TEXT NOT NULL,
            times INTEGER NOT NULL CHECK (times > 0)
        ) STRICT;
        CREATE INDEX drug_of_person ON drug (person, day);
        -- One line for each value that was measured.
        CREATE TABLE checkup (
            person INTEGER NOT NULL REFERENCES person (id),
            day TEXT NOT NULL CHECK (\(isDay("day"))),
            item TEXT NOT NULL,
            value TEXT NOT NULL CHECK (length(value) BETWEEN 1 AND 20),
            PRIMARY KEY (person, day, item)
        ) STRICT, WITHOUT ROWID;

        """

    private static let consents = """
        CREATE TABLE consent (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            category TEXT NOT NULL CHECK (category IN ('SHJ', 'SRJ', 'YZK', 'TKK', 'TSR')),
            setting INTEGER NOT NULL CHECK (setting BETWEEN 1 AND 4),
            agrees INTEGER NOT NULL CHECK (agrees IN (0, 1)),
            time INTEGER NOT NULL,
            ended INTEGER,
            ending INTEGER CHECK (ending BETWEEN 0 AND 3),
            CHECK ((ended IS NULL) = (ending IS NULL))
        ) STRICT;
        CREATE INDEX consent_of_person ON consent (person, setting, category);

        """

    private static let staff = """
        CREATE TABLE account (
            user TEXT PRIMARY KEY NOT NULL CHECK (length(user) BETWEEN 1 AND 64),
            right TEXT NOT NULL CHECK (right IN ('general', 'medical-viewing', 'administrator')),
            name TEXT NOT NULL,
            kana TEXT NOT NULL,
            from_day TEXT NOT NULL CHECK (\(isDay("from_day"))),
            salt BLOB NOT NULL,
            rounds INTEGER NOT NULL CHECK (rounds > 0),
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            logged_in INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE passcode (
            id INTEGER PRIMARY KEY,
            account TEXT NOT NULL REFERENCES account (user),
            salt BLOB NOT NULL,
            rounds INTEGER NOT NULL CHECK (rounds > 0),
            hash BLOB NOT NULL CHECK (length(hash) = 32)
        ) STRICT;
        CREATE TABLE activation_code (
            code TEXT PRIMARY KEY NOT NULL,
            memo TEXT NOT NULL,
            issued INTEGER NOT NULL,
            used INTEGER,
            ended INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE device (
            token TEXT PRIMARY KEY NOT NULL,
            purpose TEXT NOT NULL CHECK (purpose IN ('home', 'limited')),
            kind TEXT NOT NULL CHECK (kind IN ('windows', 'android', 'iphone', 'ipad')),
            name TEXT NOT NULL,
            account TEXT REFERENCES account (user)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE setting (
            name TEXT PRIMARY KEY NOT NULL,
            is_on INTEGER NOT NULL CHECK (is_on IN (0, 1))
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE web_address (
            id INTEGER PRIMARY KEY,
            address TEXT NOT NULL UNIQUE,
            made INTEGER NOT NULL,
            stopped INTEGER
        ) STRICT;
        CREATE TABLE bulk (
            reception TEXT PRIMARY KEY NOT NULL,
            time INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE bulk_query (
            reception TEXT NOT NULL REFERENCES bulk (reception),
            position INTEGER NOT NULL,
            insurer_number TEXT NOT NULL,
            symbol TEXT,
            number TEXT NOT NULL,
            branch TEXT,
            birth TEXT NOT NULL CHECK (\(isDay("birth"))),
            day TEXT NOT NULL CHECK (\(isDay("day"))),
            PRIMARY KEY (reception, position)
        ) STRICT, WITHOUT ROWID;

        """

    private static let emergency = """
        -- One line: how far the enabling of 資格情報照会（システム障害時） has come.
        CREATE TABLE system_failure (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            state TEXT NOT NULL CHECK (state IN ('off', 'called', 'called-back', 'enabled', 'reported')),
            time INTEGER NOT NULL
        ) STRICT;
        -- What the ministry has opened: an area, a period and kinds of information.
        CREATE TABLE opening (
            name TEXT PRIMARY KEY NOT NULL,
            area TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL CHECK (last >= first),
            categories TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE emergency_consent (
            opening TEXT NOT NULL REFERENCES opening (name),
            person INTEGER NOT NULL REFERENCES person (id),
            agrees INTEGER NOT NULL CHECK (agrees IN (0, 1)),
            time INTEGER NOT NULL,
            PRIMARY KEY (opening, person)
        ) STRICT, WITHOUT ROWID;

        """

    private static let audit = """
        -- What was done under an operation key: the second time it is answered from here.
        CREATE TABLE operation (
            key TEXT PRIMARY KEY NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
            subject BLOB NOT NULL,
            time INTEGER NOT NULL,
            result TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            function TEXT NOT NULL,
            place TEXT NOT NULL,
            account TEXT,
            profession TEXT,
            patient TEXT,
            category TEXT,
            outcome TEXT NOT NULL CHECK (outcome IN ('shown', 'hidden', 'done', 'refused')),
            -- By which right it was shown, or why it was refused.
            reason TEXT,
            operation TEXT
        ) STRICT;
        CREATE UNIQUE INDEX audit_of_operation ON audit (operation) WHERE operation IS NOT NULL;
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append only'); END;
        CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append only'); END;
        -- INSERT OR REPLACE deletes without asking the trigger above.
        CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
            WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id OR operation = NEW.operation)
            BEGIN SELECT RAISE(ABORT, 'audit is append only'); END;

        """

    /// SQL that holds for a day of the calendar written `YYYYMMDD`: made to count, SQLite turns 31 February into 3 March.
    static func isDay(_ column: String) -> String {
        let dashed = "substr(\(column), 1, 4) || '-' || substr(\(column), 5, 2) || '-' || substr(\(column), 7, 2)"
        return "length(\(column)) = 8 AND \(column) NOT GLOB '*[^0-9]*' AND date(\(dashed), '+0 days') IS \(dashed)"
    }
}
