#!/usr/bin/env node
// Lists snapshots and destroys one with the messages of @device-management-toolkit/wsman-messages.
//
//   npm install @device-management-toolkit/wsman-messages@5.14.1
//   export TINTYPE_URL=https://host:5986/wsman TINTYPE_USER=alice TINTYPE_PASSWORD=…
//   export NODE_EXTRA_CA_CERTS=ca.pem           # the certificate to trust, if the system does not
//   node with_wsman_messages.js list
//   node with_wsman_messages.js destroy Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F
'use strict'

const { WSManMessageCreator, BaseActions } = require('@device-management-toolkit/wsman-messages/WSMan')

const WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/'
const SERVICE = 'Msvm_VirtualSystemSnapshotService'
const SETTINGS = 'Msvm_VirtualSystemSettingData'
const messages = new WSManMessageCreator(WMI)

async function send(header, body) {
  const credentials = Buffer.from(`${process.env.TINTYPE_USER}:${process.env.TINTYPE_PASSWORD}`).toString('base64')
  const answer = await fetch(process.env.TINTYPE_URL, {
    method: 'POST',
    headers: { Authorization: `Basic ${credentials}`, 'Content-Type': 'application/soap+xml;charset=UTF-8' },
    body: messages.createXml(header, body)
  })
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(value(text, 'Text') || `HTTP ${answer.status}`)
  return text
}

// What the first element of this name holds.
function value(text, name) {
  const found = new RegExp(`<\\w+:${name}(?: [^>]*)?>([^<]*)<`).exec(text)
  return found ? found[1] : ''
}

async function list() {
  let answer = await send(messages.createHeader(BaseActions.ENUMERATE, SETTINGS), messages.createCommonBody.Enumerate())
  for (let context; (context = value(answer, 'EnumerationContext')); ) {
    answer = await send(messages.createHeader(BaseActions.PULL, SETTINGS), messages.createCommonBody.Pull(context))
    for (const instance of answer.split(`<p:${SETTINGS} `).slice(1)) {
      if (value(instance, 'VirtualSystemType').includes(':Snapshot:')) {
        console.log(`${value(instance, 'InstanceID')}\t${value(instance, 'ElementName')}`)
      }
    }
  }
}

async function destroy(instanceId) {
  const reference = {
    Address: 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous',
    ReferenceParameters: {
      ResourceURI: WMI + SETTINGS,
      SelectorSet: messages.createSelectorObjectForBody({ name: 'InstanceID', value: instanceId })
    }
  }
  let answer = await send(
    messages.createHeader(`${WMI}${SERVICE}/DestroySnapshot`, SERVICE),
    messages.createBody('DestroySnapshot_INPUT', SERVICE, { AffectedSnapshot: reference })
  )
  console.log('ReturnValue', value(answer, 'ReturnValue'))
  if (value(answer, 'ReturnValue') !== '4096') throw new Error('no job was started')
  const job = { name: 'InstanceID', value: /Name="InstanceID">([^<]*)/.exec(answer)[1] }
  for (let state = 0; state < 7; ) {
    answer = await send(messages.createHeader(BaseActions.GET, 'Msvm_ConcreteJob', job), messages.createCommonBody.Get())
    state = Number(value(answer, 'JobState'))
    console.log('JobState', state, value(answer, 'PercentComplete'), '%')
    if (state < 7) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  if (value(answer, 'JobState') !== '7') throw new Error(value(answer, 'ErrorDescription'))
}

const [command, instanceId] = process.argv.slice(2)
const asked = command === 'list' ? list() : command === 'destroy' && instanceId ? destroy(instanceId) : null
if (asked) {
  asked.catch((error) => {
    console.error(`refused: ${error.message}`)
    process.exitCode = 1
  })
} else {
  console.error('usage: with_wsman_messages.js list | destroy INSTANCE_ID')
  process.exitCode = 2
}
