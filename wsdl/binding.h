// The methods of Msvm_VirtualSystemSnapshotService as soapcpp2 reads them (gSOAP's interface-file grammar, not C++): one
// struct for each METHOD_INPUT and METHOD_OUTPUT of Msvm_VirtualSystemSnapshotService.xsd. docs/adding-a-class.md tells
// how to add to it.
//
// `p` is the prefix of the class in canonical XML (lib/soap/namespaces.hpp). The URI here is only one of those that
// clients give the class; which of them a message has is not looked at by the serialisers.

//gsoap p schema namespace: http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_VirtualSystemSnapshotService
//gsoap p schema elementForm: qualified
//gsoap p schema attributeForm: unqualified

// The content of a reference parameter as ready canonical XML. Its serialisers are ours
// (reference_serializer.cpp): gSOAP's own `_XML` writes another prefix, and a generated EPR type costs more than
// everything else in the message.
extern typedef char* reference_xml;

struct p__ApplySnapshot_USCOREINPUT {
    reference_xml Snapshot 1:1;
};

struct p__ApplySnapshot_USCOREOUTPUT {
    reference_xml Job 0:1;
    unsigned int ReturnValue 1:1;
};

struct p__ClearSnapshotState_USCOREINPUT {
    reference_xml SnapshotSettingData 1:1;
};

struct p__ClearSnapshotState_USCOREOUTPUT {
    reference_xml Job 0:1;
    unsigned int ReturnValue 1:1;
};

struct p__ConvertToReferencePoint_USCOREINPUT {
    reference_xml AffectedSnapshot 1:1;
    char* ReferencePointSettings 0:1;
    reference_xml ResultingReferencePoint 0:1;
};

struct p__ConvertToReferencePoint_USCOREOUTPUT {
    reference_xml ResultingReferencePoint 0:1;
    reference_xml Job 0:1;
    unsigned int ReturnValue 1:1;
};

struct p__CreateSnapshot_USCOREINPUT {
    reference_xml AffectedSystem 1:1;
    reference_xml SnapshotSettings 0:1;  // text, and from some clients elements
    unsigned short* SnapshotType 0:1;
    reference_xml ResultingSnapshot 0:1;
};

struct p__CreateSnapshot_USCOREOUTPUT {
    reference_xml ResultingSnapshot 0:1;
    reference_xml Job 0:1;
    unsigned int ReturnValue 1:1;
};

struct p__DestroySnapshot_USCOREINPUT {
    reference_xml AffectedSnapshot 1:1;
};

struct p__DestroySnapshot_USCOREOUTPUT {
    reference_xml Job 0:1;
    unsigned int ReturnValue 1:1;
};

struct p__DestroySnapshotTree_USCOREINPUT {
    reference_xml SnapshotSettingData 1:1;
};

struct p__DestroySnapshotTree_USCOREOUTPUT {
    reference_xml Job 0:1;
    unsigned int ReturnValue 1:1;
};

// Of Msvm_ComputerSystem too.
struct p__RequestStateChange_USCOREINPUT {
    unsigned short* RequestedState 0:1;
    reference_xml TimeoutPeriod 0:1;
};

struct p__RequestStateChange_USCOREOUTPUT {
    reference_xml Job 0:1;
    unsigned int ReturnValue 1:1;
};

struct p__StartService_USCOREINPUT {
};

struct p__StartService_USCOREOUTPUT {
    unsigned int ReturnValue 1:1;
};

struct p__StopService_USCOREINPUT {
};

struct p__StopService_USCOREOUTPUT {
    unsigned int ReturnValue 1:1;
};
