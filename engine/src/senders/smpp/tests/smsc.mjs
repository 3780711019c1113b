// An SMSC that nobody here wrote, npm `smpp` 0.5, told what to do by passwords and texts. Writes its port, and then each
// PDU as it understood it, as lines of JSON.
// Usage: node smsc.mjs FOLDER_OF_NODE_MODULES [quiet] [KEY.pem CERT.pem]
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, mode, key, cert] = process.argv.slice(2);
const smpp = createRequire(join(folder, 'package.json'))('smpp');
const tell = (what) => mode !== 'quiet' && console.log(JSON.stringify(what));
const seen = new Map();
let last = 1000;
let linkAnswers = true;

const receipt = (pdu, id, state) => ({
  source_addr: pdu.destination_addr,
  destination_addr: pdu.source_addr,
  esm_class: 4,
  short_message: `id:${id} sub:001 dlvrd:001 submit date:2611280929 done date:2611280930 stat:${state} err:${state === 'DELIVRD' ? '000' : '027'} text:`,
});

// What a text asks for: the answer to its submission, and what comes after it.
function answer(session, pdu, text) {
  const ok = () => {
    const id = String(++last);
    session.send(pdu.response({ message_id: id }));
    return id;
  };
  const refuse = (status) => session.send(pdu.response({ command_status: status }));
  const [verb] = text.split(/[ :]/);
  const times = (seen.get(text) ?? 0) + 1;
  seen.set(text, times);
  switch (verb) {
    case 'throttle-once': return times === 1 ? refuse(smpp.ESME_RTHROTTLED) : ok();
    case 'throttle': return refuse(smpp.ESME_RTHROTTLED);
    case 'full': return refuse(smpp.ESME_RMSGQFUL);
    case 'no-such-number': return refuse(smpp.ESME_RINVDSTADR);
    case 'silent': return undefined;
    case 'drop': return session.destroy();
    case 'unbind': return void session.unbind();
    case 'garbage': return session.socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    case 'deaf': linkAnswers = false; return ok();
    case 'receipt': case 'fail': {
      const id = ok();
      return session.deliver_sm(receipt(pdu, id, verb === 'receipt' ? 'DELIVRD' : 'UNDELIV'),
        (answered) => tell({ delivered: answered.command_status }));
    }
    case 'early-receipt':
      session.deliver_sm(receipt(pdu, last + 1, 'DELIVRD'));
      return ok();
    case 'reply': {
      ok();
      const reply = { source_addr: pdu.destination_addr, source_addr_ton: 1, destination_addr: pdu.source_addr, short_message: text.slice(6) };
      if (times > 1) reply.data_coding = 0;
      return session.deliver_sm(reply, (answered) => tell({ delivered: answered.command_status }));
    }
    default: return ok();
  }
}

const options = key ? { key: readFileSync(key), cert: readFileSync(cert) } : {};
const server = smpp.createServer(options, (session) => {
  session.on('error', () => {});
  session.on('bind_transceiver', (pdu) => {
    tell({ bind: pdu.system_id, version: pdu.interface_version });
    const status = { refused: smpp.ESME_RBINDFAIL, wrong: smpp.ESME_RINVPASWD, twice: smpp.ESME_RALYBND }[pdu.password] ?? 0;
    session.send(pdu.response({ command_status: status, system_id: 'peer' }));
    session.enquire_link((answered) => tell({ link: answered.command_status }));
  });
  session.on('enquire_link', (pdu) => linkAnswers && session.send(pdu.response()));
  session.on('unbind', (pdu) => { tell({ unbound: true }); session.send(pdu.response()); session.close(); });
  session.on('submit_sm', (pdu) => {
    const content = pdu.message_payload ?? pdu.short_message;
    const text = content.message;
    if (mode !== 'quiet') {
      tell({
        text, coding: pdu.data_coding, class: pdu.esm_class, registered: pdu.registered_delivery,
        from: [pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr],
        to: [pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr],
        header: content.udh ? content.udh.map((element) => element.toString('hex')).join() : null,
        sar: [pdu.sar_msg_ref_num ?? null, pdu.sar_total_segments ?? null, pdu.sar_segment_seqnum ?? null],
        payload: pdu.message_payload !== undefined,
      });
    }
    answer(session, pdu, text);
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
// ends with the test that started it
process.stdin.on('end', () => process.exit(0)).resume();
