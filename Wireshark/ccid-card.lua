-- Shows Wireshark (4.0 or later) what card and reader say to each other in a capture of CCID readers, also where a reader takes blocks of T=1:
--   tshark -X lua_script:ccid-card.lua -d usbccid.subdissector,ccid_card -r visit.pcapng
-- What it needs is in the capture: the class descriptor (dwFeatures) and the protocol parameters. Without a descriptor a block of T=1 is known
-- by its length and its check byte. USB CCID 1.1 clauses 5.1, 6.1 and 6.2; ISO/IEC 7816-3 clauses 9 and 11.3.

-- Wireshark 4.0 hands the bulk endpoints of class 0B to its dissector of CCID by itself, and leaves the interrupt endpoint alone.
DissectorTable.get("usb.interrupt"):add(0x0b, Dissector.get("usbccid"))

local apdu, atr, raw = Dissector.get("iso7816"), Dissector.get("iso7816.atr"), Dissector.get("data")
local bus, address = Field.new("usb.bus_id"), Field.new("usb.device_address")
local messageType, slot = Field.new("usbccid.bMessageType"), Field.new("usbccid.bSlot")
local level, chain = Field.new("usbccid.wLevelParameter"), Field.new("usbccid.bChainParameter")
local features, dataLength = Field.new("usbccid.dwFeatures"), Field.new("usbccid.dwLength")

local POWER_ON, XFR_BLOCK, SET_PARAMETERS, ESCAPE = 0x62, 0x6F, 0x61, 0x6B
local DATA_BLOCK, PARAMETERS, ESCAPED = 0x80, 0x82, 0x83

local card = Proto("ccid_card", "Card at a CCID reader")
local part = ProtoField.bytes("ccid_card.part", "Part of an APDU")
local escape = ProtoField.bytes("ccid_card.escape", "The maker's own")
local selection = ProtoField.bytes("ccid_card.pps", "Protocol and parameters selection")
card.fields = { part, escape, selection }

local block = Proto("iso7816_t1", "ISO/IEC 7816-3 T=1")
local services = { [0] = "RESYNCH", [1] = "IFS", [2] = "ABORT", [3] = "WTX" }
local field = {
    nad = ProtoField.uint8("iso7816_t1.nad", "NAD", base.HEX),
    pcb = ProtoField.uint8("iso7816_t1.pcb", "PCB", base.HEX),
    ns = ProtoField.uint8("iso7816_t1.ns", "N(S)"),
    nr = ProtoField.uint8("iso7816_t1.nr", "N(R)"),
    more = ProtoField.bool("iso7816_t1.more", "M"),
    fault = ProtoField.uint8("iso7816_t1.fault", "Fault", base.DEC, { [0] = "none", [1] = "parity or check byte", [2] = "other" }),
    service = ProtoField.uint8("iso7816_t1.service", "Service", base.DEC, services),
    isResponse = ProtoField.bool("iso7816_t1.response", "Response"),
    length = ProtoField.uint8("iso7816_t1.len", "LEN"),
    information = ProtoField.bytes("iso7816_t1.inf", "INF"),
    lrc = ProtoField.uint8("iso7816_t1.lrc", "LRC", base.HEX),
    crc = ProtoField.uint16("iso7816_t1.crc", "CRC, not checked", base.HEX),
}
for _, one in pairs(field) do table.insert(block.fields, one) end
local wrongLength = ProtoExpert.new("iso7816_t1.len.wrong", "LEN is not the length of INF", expert.group.MALFORMED, expert.severity.ERROR)
local wrongCheck = ProtoExpert.new("iso7816_t1.lrc.wrong", "LRC is wrong", expert.group.CHECKSUM, expert.severity.WARN)
local wrongPCB = ProtoExpert.new("iso7816_t1.pcb.wrong", "PCB is reserved", expert.group.MALFORMED, expert.severity.WARN)
block.experts = { wrongLength, wrongCheck, wrongPCB }

-- By device: dwFeatures. By slot: what the card was asked last, its protocol, and the parts of the APDUs of both directions.
local levels, slots = {}, {}
-- By frame: what was found when it was seen first, since a frame is shown again whenever it is clicked.
local found = {}

function card.init() levels, slots, found = {}, {}, {} end

local function device() return tostring(bus()) .. "." .. tostring(address()) end

local function newSlot(isPowering) return { isPowering = isPowering, parts = {}, numbers = {} } end

local function slotOfFrame()
    local name = device() .. "." .. tostring(slot())
    slots[name] = slots[name] or newSlot(false)
    return slots[name], name
end

-- Bytes of an APDU that comes in parts; the whole with its last one.
local function gather(state, isFromCard, bytes, more)
    local whole = state.parts[isFromCard]
    if whole then whole:append(bytes) else whole = bytes end
    state.parts[isFromCard] = more and whole or nil
    return not more and whole or nil
end

local function sum(tvb)
    local code = 0
    for index = 0, tvb:len() - 1 do code = bit.bxor(code, tvb(index, 1):uint()) end
    return code
end

local function isBlock(tvb, state)
    local known = levels[device()]
    if known and bit.band(known, 0x70000) ~= 0x10000 then return false end
    if state.protocol then return known and state.protocol == 1 end
    return tvb:len() >= 4 and tvb:len() == tvb(2, 1):uint() + 4 and sum(tvb) == 0
end

-- What of a block belongs to an APDU. One that is sent again has the number of the last one.
local function gatherBlock(tvb, state, isFromCard)
    local pcb, length = tvb(1, 1):uint(), math.min(tvb(2, 1):uint(), tvb:len() - 3)
    if bit.band(pcb, 0xC0) == 0xC0 then
        local service = bit.band(pcb, 0x1F)
        if service == 0 then state.parts, state.numbers = {}, {} elseif service == 2 then state.parts = {} end
    elseif bit.band(pcb, 0x80) == 0 and sum(tvb) == 0 then
        local number = bit.band(pcb, 0x40)
        if state.numbers[isFromCard] == number then return nil end
        state.numbers[isFromCard] = number
        return gather(state, isFromCard, tvb:bytes(3, length), bit.band(pcb, 0x20) ~= 0)
    end
end

local function look(tvb)
    local type, state = messageType().value, slotOfFrame()
    local isFromCard = type == DATA_BLOCK
    if type == ESCAPE or type == ESCAPED then return { kind = "escape" } end
    if isFromCard and state.isPowering then
        state.isPowering = false
        return { kind = "atr" }
    end
    if isBlock(tvb, state) then return { kind = "block", apdu = gatherBlock(tvb, state, isFromCard) } end
    local known = levels[device()]
    -- PPS through a reader that leaves it to the host comes before the protocol is set, and begins with FF both ways.
    if known and bit.band(known, 0x70000) == 0x10000 and not state.protocol and tvb(0, 1):uint() == 0xFF then return { kind = "pps" } end
    local place = isFromCard and chain() or level()
    local number = place and place.value or 0
    return { kind = "apdu", isPart = number ~= 0, apdu = gather(state, isFromCard, tvb:bytes(), number == 1 or number == 3) }
end

local function showPCB(tvb, tree)
    local pcb, byte = tvb(1, 1):uint(), tvb(1, 1)
    local node = tree:add(field.pcb, byte)
    if bit.band(pcb, 0x80) == 0 then
        local number, more = bit.band(bit.rshift(pcb, 6), 1), bit.band(pcb, 0x20) ~= 0
        node:add(field.ns, byte, number)
        node:add(field.more, byte, more)
        if bit.band(pcb, 0x1F) ~= 0 then node:add_proto_expert_info(wrongPCB) end
        return string.format("I(%d,%d)", number, more and 1 or 0)
    end
    if bit.band(pcb, 0x40) == 0 then
        local number, fault = bit.band(bit.rshift(pcb, 4), 1), bit.band(pcb, 0x0F)
        node:add(field.nr, byte, number)
        node:add(field.fault, byte, fault)
        if bit.band(pcb, 0x20) ~= 0 or fault > 2 then node:add_proto_expert_info(wrongPCB) end
        return string.format("R(%d)", number)
    end
    local service, isResponse = bit.band(pcb, 0x1F), bit.band(pcb, 0x20) ~= 0
    node:add(field.service, byte, service)
    node:add(field.isResponse, byte, isResponse)
    if not services[service] then node:add_proto_expert_info(wrongPCB) end
    return string.format("S(%s %s)", services[service] or "?", isResponse and "response" or "request")
end

local function showBlock(tvb, pinfo, root)
    local tree = root:add(block, tvb())
    pinfo.cols.protocol = "T=1"
    if tvb:len() < 4 then
        tree:add_proto_expert_info(wrongLength)
        return
    end
    tree:add(field.nad, tvb(0, 1))
    local name = showPCB(tvb, tree)
    tree:append_text(": " .. name)
    pinfo.cols.info = "T=1 " .. name
    local length = tvb(2, 1):uint()
    local node, check = tree:add(field.length, tvb(2, 1)), tvb:len() - 3 - length
    if check < 1 or check > 2 then
        node:add_proto_expert_info(wrongLength)
        return
    end
    if length > 0 then tree:add(field.information, tvb(3, length)) end
    if check == 2 then
        tree:add(field.crc, tvb(3 + length, 2))
    else
        local last = tree:add(field.lrc, tvb(3 + length, 1))
        if sum(tvb) ~= 0 then last:add_proto_expert_info(wrongCheck) end
    end
end

function card.dissector(tvb, pinfo, root)
    if tvb:len() == 0 then return 0 end
    if not pinfo.visited or not found[pinfo.number] then found[pinfo.number] = look(tvb) end
    local what = found[pinfo.number]
    if what.kind == "atr" then
        atr:call(tvb, pinfo, root)
    elseif what.kind == "escape" then
        root:add(card, tvb()):add(escape, tvb())
    elseif what.kind == "pps" then
        root:add(card, tvb()):add(selection, tvb())
    elseif what.kind == "block" then
        showBlock(tvb, pinfo, root)
        if what.apdu and what.apdu:len() > 0 then apdu:call(what.apdu:tvb("APDU"), pinfo, root) end
    elseif not what.isPart then
        apdu:call(tvb, pinfo, root)
    else
        root:add(card, tvb()):add(part, tvb())
        if what.apdu then apdu:call(what.apdu:tvb("APDU"), pinfo, root) end
    end
    return tvb:len()
end

DissectorTable.get("usbccid.subdissector"):add_for_decode_as(card)

-- Messages without a card's bytes are seen once the frame is dissected.
local watch = Proto("ccid_card_watch", "Card at a CCID reader, its state")

function watch.dissector(_, pinfo)
    if pinfo.visited then return end
    local told = features()
    if told then levels[device()] = told.value end
    local type = messageType() and messageType().value
    if not type or not slot() then return end
    local state, name = slotOfFrame()
    if type == POWER_ON then
        slots[name] = newSlot(true)
    elseif (type == SET_PARAMETERS or type == PARAMETERS) and dataLength().value > 0 then
        -- Wireshark 4.0 reads bProtocolNum of the answer from the byte before it; the structure of T=1 has seven bytes, that of T=0 five.
        state.protocol = dataLength().value == 7 and 1 or 0
    end
end

register_postdissector(watch)
