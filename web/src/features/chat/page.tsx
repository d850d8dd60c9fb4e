import { Page } from "../../ui/page";
import ChatPanel from "./panel";

export default function ChatPage() {
  return (
    <Page title="Chat">
      <div className="chat-page">
        <ChatPanel />
      </div>
    </Page>
  );
}
