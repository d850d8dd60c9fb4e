import { Drawer } from "@mantine/core";
import { useChat } from "./conversation";
import ChatPanel from "./panel";

/** Chat next to any page; full screen on phones. */
export default function ChatDrawer() {
  const { drawer } = useChat();
  return (
    <Drawer
      opened={drawer.opened}
      onClose={drawer.close}
      position="right"
      size="min(100vw, 480px)"
      title="Chat"
      closeButtonProps={{ "aria-label": "Close chat" }}
      classNames={{ content: "chat-drawer", body: "chat-drawer-body" }}
    >
      <ChatPanel />
    </Drawer>
  );
}
